"""Handing on what people report from their clients.

Synapse asks no module about reports: it keeps them in its table `event_reports`, from where they are read. The node is
told what was reported and why, and by whom as a hash alone, so that one user's track is no other's. Whoever reported
gets the private link of the report as a direct message, and hears there what became of it.
"""

import logging

from anlanh_synapse import words
from anlanh_synapse.content import said
from anlanh_synapse.moderator import Moderator
from anlanh_synapse.node import Node, NodeError, Refused, Report
from anlanh_synapse.state import Reported, State

logger = logging.getLogger(__name__)

MAX_WHY_BYTES = 2_000
MAX_TEXT_BYTES = 16 * 1024


class Reports:
    """Follows the reports that come in at this server."""

    def __init__(self, node: Node, state: State, moderator: Moderator, category: str) -> None:
        """Reads nothing yet."""
        self._node = node
        self._state = state
        self._moderator = moderator
        self._category = category
        self._forwards = True

    async def forward(self) -> None:
        """Hands on what is new."""
        try:
            while reported := await self._state.reported():
                for one in reported:
                    await self._hand_on(one)
        except NodeError as error:
            if self._forwards:
                logger.error("reports are not handed on for now (%s)", error)
            self._forwards = False
        else:
            self._forwards = True

    async def _hand_on(self, one: Reported) -> None:
        found = None if one.posted is None else said(one.posted.type, one.posted.content)
        report = Report(
            category=self._category,
            event_id=one.event_id,
            text=None if found is None or not found.text else _cut(found.text, MAX_TEXT_BYTES),
            why=_cut(one.why.strip(), MAX_WHY_BYTES) or words.NO_REASON,
            reporter=await self._state.reference(one.reporter),
        )
        try:
            status_url = await self._node.report(report)
        except Refused as error:
            # It would be refused for ever, so it must not hold up the others; and it must not be lost in silence.
            logger.error("report %d cannot be handed on (%s): a person must look at it", one.id, error)
            await self._state.note_reported(one.id)
            return
        # Noted before its reporter is told: a report must not be handed on twice because somebody cannot be written to.
        await self._state.note_reported(one.id)
        await self._moderator.exist()
        await self._moderator.tell(one.reporter, words.reported(status_url))
        logger.info("report %d is handed on", one.id)


def _cut(text: str, most_bytes: int) -> str:
    """The beginning of a text that is not longer than so many bytes."""
    return text.encode()[:most_bytes].decode(errors="ignore")
