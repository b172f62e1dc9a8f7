"""Screening messages before they are sent, and those later that were sent while the node was away.

Only a `block` that the policy marks as automatic refuses a message; everything weaker lets it pass, and people decide.
What is screened later is never taken back by the verdict: where it asks for a person, the node has opened a case.
"""

import logging
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime

from synapse.module_api import JsonDict, ModuleApi

from anlanh_synapse import words
from anlanh_synapse.config import Config, WhenAway
from anlanh_synapse.content import Said, said, said_of_room
from anlanh_synapse.node import Away, Item, Judged, Node, NodeError, Refused
from anlanh_synapse.state import Lock, Posted, State, Waiting

logger = logging.getLogger(__name__)

DAY_MS = 86_400_000
# A message that is not kept by now was refused by Synapse itself, or taken back.
UNKEPT_AFTER_MS = 600_000
# While the node is away, one message a moment tries; the others need not wait out the time limit.
PAUSE_MS = 1_000


class Screening:
    """Stands between those who write and the node."""

    def __init__(self, config: Config, api: ModuleApi, node: Node, state: State) -> None:
        """Asks nothing yet."""
        self._config = config
        self._api = api
        self._node = node
        self._state = state
        self._away_until_ms = 0
        self._away = False

    async def check(self, posted: Posted) -> JsonDict | None:
        """What the sender is told where the event must not be sent; nothing where it may."""
        standing = await self._state.standing(posted.sender)
        if posted.room_id == standing.direct_room:
            # Whoever objects must be able to say so, and to quote what it is about.
            return None
        if standing.lock is not None and posted.type != "m.room.redaction":
            return self._locked(standing.lock)
        item = await self._item_of_event(posted)
        if item is None:
            return None
        refusal, screened = await self._judge(item)
        if not screened and refusal is None:
            await self._state.queue(posted.event_id)
        if screened and refusal is not None:
            await self._state.note_blocked(posted.event_id, posted.sender)
        return refusal

    async def check_lock(self, user_id: str) -> JsonDict | None:
        """What somebody is told who is locked out; nothing where they are not."""
        lock = (await self._state.standing(user_id)).lock
        return None if lock is None else self._locked(lock)

    def _locked(self, lock: Lock) -> JsonDict:
        objection = lock.appeal_url or self._config.contact
        return {
            "error": words.locked(lock.until_ms, lock.reason, objection),
            "vn.anlanh.reason": "locked",
            "vn.anlanh.until_ms": lock.until_ms,
        }

    async def check_room(self, user_id: str, config: Mapping[str, object]) -> JsonDict | None:
        """What somebody is told who must not make a room with this name and topic; nothing where they may.

        The events that will hold both have no ids yet, so what passes while the node is away is not screened later.
        """
        if refusal := await self.check_lock(user_id):
            return refusal
        found = said_of_room(config)
        if found is None:
            return None
        item = await self._item(f"room:{secrets.token_hex(8)}", user_id, self._api.get_current_time_msec(), found)
        refusal, screened = await self._judge(item)
        if not screened and refusal is None:
            logger.warning("a room was made while the node is away: its name and topic are unscreened")
        return refusal

    async def _judge(self, item: Item) -> tuple[JsonDict | None, bool]:
        """What the sender is told if the item must not appear, and whether the node has judged it."""
        try:
            if self._api.get_current_time_msec() < self._away_until_ms:
                raise Away("it was away a moment ago")
            judged = await self._node.hand_in(item)
        except Away as error:
            self._note_away(error)
            return self._unscreened(), False
        except Refused as error:
            logger.error("%s cannot be screened (%s)", item.id, error)
            return self._unscreened(), False
        self._note_back()
        return (await self._refusal(judged) if judged.action == "block" else None), True

    async def drain(self) -> None:
        """Screens what was sent while the node was away, until nothing waits or the node is away again."""
        while waiting := await self._state.waiting():
            done = 0
            for one in waiting:
                try:
                    settled = await self._settle(one)
                except Away as error:
                    self._note_away(error)
                    return
                if settled:
                    await self._state.forget(one.event_id)
                    done += 1
            if done:
                self._note_back()
                logger.info("%d messages that were sent unscreened are screened now", done)
            else:
                return

    async def _settle(self, waiting: Waiting) -> bool:
        """Screens one message that waited; false while it is not to be judged yet."""
        if waiting.posted is None:
            return self._api.get_current_time_msec() - waiting.queued_ms > UNKEPT_AFTER_MS
        item = await self._item_of_event(waiting.posted)
        if item is None:
            return True
        try:
            await self._node.hand_in(item)
        except Refused as error:
            # It would be refused for ever, so it must not hold up the others; and it must not be lost in silence.
            logger.error("%s cannot be screened (%s): a person must look at it", item.id, error)
        return True

    async def _item_of_event(self, posted: Posted) -> Item | None:
        found = said(posted.type, posted.content)
        return None if found is None else await self._item(posted.event_id, posted.sender, posted.sent_ms, found)

    async def _item(self, item_id: str, user_id: str, sent_ms: int, found: Said) -> Item:
        account = await self._api.get_userinfo_by_id(user_id)
        # Synapse keeps when an account was made in seconds.
        age_ms = None if account is None else max(0, sent_ms - account.creation_ts * 1000)
        return Item(
            id=item_id,
            kind=found.kind,
            text=found.text,
            links=found.links,
            author=await self._state.reference(user_id),
            author_age_days=None if age_ms is None else age_ms // DAY_MS,
            time=datetime.fromtimestamp(sent_ms / 1000, UTC).isoformat(timespec="milliseconds"),
        )

    def _unscreened(self) -> JsonDict | None:
        if self._config.when_node_is_away is WhenAway.OPEN:
            return None
        return {"error": words.away(), "vn.anlanh.reason": "node_away"}

    async def _refusal(self, judged: Judged) -> JsonDict:
        titles = []
        for reason in judged.blocked_by:
            try:
                title = await self._node.title(reason.rule, judged.policy)
            except NodeError as error:
                logger.warning("the names of the rules could not be read (%s)", error)
                title = None
            titles.append(title or (reason.category, reason.category))
        basis = list(dict.fromkeys(article for reason in judged.blocked_by for article in reason.basis))
        return {
            "error": words.blocked(dict.fromkeys(titles), basis, self._config.contact, judged.case),
            "vn.anlanh.reason": "blocked",
            "vn.anlanh.case": judged.case,
            "vn.anlanh.categories": list(dict.fromkeys(reason.category for reason in judged.blocked_by)),
            "vn.anlanh.basis": basis,
        }

    def _note_away(self, error: Away) -> None:
        now_ms = self._api.get_current_time_msec()
        if now_ms >= self._away_until_ms:
            self._away_until_ms = now_ms + PAUSE_MS
        if not self._away:
            self._away = True
            open_now = self._config.when_node_is_away is WhenAway.OPEN
            choice = "sent, and wait to be screened" if open_now else "refused"
            logger.error("the node does not screen (%s): messages are %s", error, choice)

    def _note_back(self) -> None:
        self._away_until_ms = 0
        if self._away:
            self._away = False
            logger.info("the node screens again")
