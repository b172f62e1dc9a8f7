"""The moderators' account: takes messages out of rooms and writes to people, always under its own name where it can."""

from synapse.module_api import ModuleApi
from synapse.module_api.errors import SynapseError

from anlanh_synapse import words
from anlanh_synapse.state import Kept, State


class Moderator:
    """An account of this server that nobody signs in to."""

    def __init__(self, localpart: str, api: ModuleApi, state: State) -> None:
        """Makes no account yet."""
        self._localpart = localpart
        self._api = api
        self._state = state
        self.user_id = api.get_qualified_user_id(localpart)

    async def exist(self) -> None:
        """Makes the account if it is not there."""
        if await self._api.get_userinfo_by_id(self.user_id) is None:
            await self._api.register_user(self._localpart, "Kiểm duyệt · Moderators")

    async def redact(self, event_id: str, kept: Kept, decision: str | None) -> None:
        """Takes the content out of an event.

        As the moderator where that has the power in the room, and otherwise in the name of the author, who always may:
        Synapse offers no other way in a room that the moderator does not belong to.
        """
        try:
            await self._redact_as(self.user_id, event_id, kept, decision)
        except SynapseError:
            if not self._api.is_mine(kept.sender):
                raise
            await self._redact_as(kept.sender, event_id, kept, decision)

    async def tell(self, user_id: str, text: str) -> None:
        """Writes to somebody, in a room for the two of them."""
        room_id = await self._state.direct_room(user_id)
        if room_id is None:
            # What is said in this room is not screened, so nobody else may come in.
            config = {
                "preset": "private_chat",
                "is_direct": True,
                "invite": [user_id],
                "power_level_content_override": {"invite": 100},
            }
            room_id, _ = await self._api.create_room(self.user_id, config, ratelimit=False)
            await self._state.note_direct_room(user_id, room_id)
        await self._send(room_id, self.user_id, "m.room.message", {"msgtype": "m.text", "body": text})

    async def _redact_as(self, user_id: str, event_id: str, kept: Kept, decision: str | None) -> None:
        # Rooms of version 11 and later name the event in the content, older ones beside it.
        content: dict[str, object] = {"reason": words.removed(decision), "redacts": event_id}
        await self._send(kept.room_id, user_id, "m.room.redaction", content, redacts=event_id)

    async def _send(self, room_id: str, sender: str, kind: str, content: dict[str, object], **more: str) -> None:
        event = {"room_id": room_id, "sender": sender, "type": kind, "content": content}
        await self._api.create_and_send_event_into_room(event | more)
