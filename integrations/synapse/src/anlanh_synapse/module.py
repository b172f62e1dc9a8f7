"""The module as Synapse loads it: which of Synapse's questions it answers, and what it does by itself."""

import logging
from collections.abc import Mapping
from typing import Literal

from synapse.module_api import NOT_SPAM, EventBase, JsonDict, ModuleApi
from synapse.module_api.errors import Codes

from anlanh_synapse.config import Config
from anlanh_synapse.enforcement import Enforcement
from anlanh_synapse.moderator import Moderator
from anlanh_synapse.node import Node
from anlanh_synapse.reports import Reports
from anlanh_synapse.screening import Screening
from anlanh_synapse.state import Posted, State

logger = logging.getLogger(__name__)

Answer = Literal["NOT_SPAM"] | tuple[Codes, JsonDict]


class AnLanh:
    """Named in `modules:` of the homeserver's configuration."""

    @staticmethod
    def parse_config(config: Mapping[str, object]) -> Config:
        """Called by Synapse before anything else."""
        return Config.parse(config)

    def __init__(self, config: Config, api: ModuleApi) -> None:
        """Called by Synapse once in each of its processes."""
        self._api = api
        node = Node(config.node_url, config.token, config.time_limit_ms)
        state = State(api)
        self._moderator = Moderator(config.moderator, api, state)
        self._screening = Screening(config, api, node, state)
        enforcement = Enforcement(api, node, state, self._moderator, config.contact)
        api.register_spam_checker_callbacks(
            check_event_for_spam=self.check_event_for_spam,
            user_may_create_room=self.user_may_create_room,
            user_may_invite=self.user_may_invite,
        )
        if api.should_run_background_tasks():
            api.looping_background_call(self._screening.drain, config.poll_seconds * 1000, desc="anlanh_drain")
            api.looping_background_call(enforcement.poll, config.poll_seconds * 1000, desc="anlanh_actions")
            if config.report_category is not None:
                reports = Reports(node, state, self._moderator, config.report_category)
                api.looping_background_call(reports.forward, config.poll_seconds * 1000, desc="anlanh_reports")
        logger.info(
            "messages are screened by %s; while it is away they are %s",
            config.node_url,
            "sent, and screened later" if config.when_node_is_away.value == "open" else "refused",
        )

    async def check_event_for_spam(self, event: EventBase) -> Answer:
        """Whether an event that somebody is sending may be sent. Synapse has given it its id already."""
        if not self._api.is_mine(event.sender) or event.sender == self._moderator.user_id:
            return NOT_SPAM
        posted = Posted(
            event_id=event.event_id,
            room_id=event.room_id,
            sender=event.sender,
            type=event.type,
            content=event.content,
            sent_ms=event.origin_server_ts,
        )
        return _answer(await self._screening.check(posted))

    async def user_may_create_room(self, user_id: str, config: JsonDict) -> Answer:
        """Whether somebody may make a room: Synapse asks no other question about its first name and topic."""
        if user_id == self._moderator.user_id:
            return NOT_SPAM
        return _answer(await self._screening.check_room(user_id, config))

    async def user_may_invite(self, inviter: str, invitee: str, room_id: str) -> Answer:
        """Whether somebody may invite: a lock that left this open would be a way round it."""
        if self._moderator.user_id in (inviter, invitee) or not self._api.is_mine(inviter):
            return NOT_SPAM
        return _answer(await self._screening.check_lock(inviter))


def _answer(refusal: JsonDict | None) -> Answer:
    return NOT_SPAM if refusal is None else (Codes.FORBIDDEN, refusal)
