"""Carrying out what people decided in the node, in the order in which the node tells it, and saying what came of it.

An action is confirmed after it was done, and the place in the feed is kept after that: whatever happens in between, it
is done once more and no other way. What Matrix cannot do is said to be not done, so that the node shows it.
"""

import logging

from synapse.module_api import ModuleApi
from synapse.module_api.errors import SynapseError

from anlanh_synapse import words
from anlanh_synapse.moderator import Moderator
from anlanh_synapse.node import Action, Node, NodeError
from anlanh_synapse.state import REFERENCE_PREFIX, Lock, State

logger = logging.getLogger(__name__)

CURSOR = "actions_cursor"
TOLD = "last_told_action"
TRIES = 5


class CannotDo(Exception):
    """Why an action is not done, in words for whoever reads it in the node."""


class Enforcement:
    """Follows the node's feed of actions."""

    def __init__(self, api: ModuleApi, node: Node, state: State, moderator: Moderator, contact: str) -> None:
        """Asks nothing yet."""
        self._api = api
        self._node = node
        self._state = state
        self._moderator = moderator
        self._contact = contact
        self._tried: tuple[str, int] = ("", 0)
        self._reads = True

    async def poll(self) -> None:
        """Carries out what is new in the feed."""
        await self._moderator.exist()
        try:
            while (found := await self._node.next_action(await self._state.fact(CURSOR))) is not None:
                action, cursor = found
                if _is_ours(action):
                    await self._node.confirm(action.id, await self._attempt(action))
                await self._state.note_fact(CURSOR, cursor)
        except NodeError as error:
            if self._reads:
                logger.error("actions cannot be read or confirmed (%s)", error)
            self._reads = False
        else:
            self._reads = True

    async def _attempt(self, action: Action) -> str | None:
        """What was in the way of an action; nothing where it is done."""
        try:
            await self._carry_out(action)
        except CannotDo as error:
            logger.warning("action %s (%s) is not done: %s", action.id, action.kind, error)
            return str(error)
        except SynapseError as error:
            # The code alone: the text may name people.
            logger.warning("action %s (%s) is not done: %s", action.id, action.kind, error.errcode)
            return f"Synapse refused: {error.errcode}"
        except Exception as error:
            # A fault of a moment must not lose the action, and one that stays must not hold up all that follow.
            tries = self._tried[1] + 1 if self._tried[0] == action.id else 1
            self._tried = (action.id, tries)
            if tries < TRIES:
                raise
            logger.exception("action %s (%s) is given up", action.id, action.kind)
            return f"the module failed: {type(error).__name__}"
        logger.info("action %s (%s, %s) is done", action.id, action.kind, "lift" if action.lifts else "apply")
        return None

    async def _carry_out(self, action: Action) -> None:
        match action.target, action.kind:
            case "item", "remove" if action.lifts:
                await self._show_again(action)
            case "item", "remove":
                await self._remove(action)
            case "item", "hide" if action.lifts:
                await self._show_again(action)
            case "account", "lock" | "end_service" if action.lifts:
                await self._state.unlock(action.reference, action.kind)
            case "account", "lock" | "end_service":
                await self._user_id(action.reference)
                lock = Lock(action.until_ms, action.reason, action.appeal_url)
                await self._state.lock(action.reference, action.kind, lock)
            case "account", "warn" if action.lifts:
                await self._tell(action, await self._user_id(action.reference), words.warning_lifted())
            case "account", "warn":
                objection = action.appeal_url or self._contact
                text = words.warned(action.reason, action.basis, objection)
                await self._tell(action, await self._user_id(action.reference), text)
            case "account", "notice":
                text = "\n".join(filter(None, (action.reason, action.appeal_url)))
                await self._tell(action, await self._user_id(action.reference), text)
            case "report", "notice":
                await self._tell(action, await self._user_id(action.reporter or ""), action.notice)
            case "item", "hide":
                raise CannotDo("Matrix cannot hide a message so that it can be shown again: decide to remove it or not")
            case target, kind:
                raise CannotDo(f"Matrix has no {kind} for this target ({target})")

    async def _remove(self, action: Action) -> None:
        kept = await self._state.kept(action.reference)
        if kept is None:
            # What was never sent is not seen, and its author was told when it was stopped.
            return
        if not kept.redacted:
            try:
                await self._moderator.redact(action.reference, kept, action.decision)
            except SynapseError as error:
                who = self._moderator.user_id
                raise CannotDo(
                    f"nobody may remove it ({error.errcode}): let {who} remove messages in its room"
                ) from None
        # The room reads no reason. Whose message it was may object, also where it was gone before.
        if self._api.is_mine(kept.sender):
            text = words.yours_removed(action.reason, action.basis, action.appeal_url or self._contact)
            try:
                await self._tell(action, kept.sender, text)
            except SynapseError as error:
                raise CannotDo(f"it is removed, but its author could not be told ({error.errcode})") from None

    async def _show_again(self, action: Action) -> None:
        author = await self._state.blocked(action.reference)
        if author is not None:
            await self._tell(action, author, words.may_send_again())
            return
        kept = await self._state.kept(action.reference)
        if kept is None or not kept.redacted:
            return
        if self._api.is_mine(kept.sender):
            await self._tell(action, kept.sender, words.removal_lifted())
        raise CannotDo("Matrix cannot bring back a message that was removed; its author was told to send it again")

    async def _tell(self, action: Action, user_id: str, text: str) -> None:
        if await self._state.fact(TOLD) == action.id:
            return
        await self._moderator.tell(user_id, text)
        await self._state.note_fact(TOLD, action.id)

    async def _user_id(self, reference: str) -> str:
        user_id = await self._state.account(reference)
        if user_id is None:
            raise CannotDo("this account is not known here")
        return user_id


def _is_ours(action: Action) -> bool:
    """Whether it is about something of this server: a node may serve several platforms."""
    if action.target == "report":
        return (action.reporter or "").startswith(REFERENCE_PREFIX)
    if action.target == "item":
        return action.reference.startswith(("$", "room:"))
    return action.reference.startswith(REFERENCE_PREFIX)
