"""A mail server of another make: refuses the first try of each mail for now, and mails to one address for good.

Arguments: port (0 for any), folder to keep mails in. Prints the port. A mail is kept under its Message-ID before it is
answered, so that what was answered is kept.
"""

import asyncio
import email
import os
import socket
import sys
import uuid

from aiosmtpd.smtp import SMTP

port, folder = int(sys.argv[1]), sys.argv[2]


class Mailbox:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("khong-co@"):
            return "550 5.1.1 no such mailbox " + address
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        name = email.message_from_bytes(envelope.content)["Message-ID"].strip("<>")
        tried = os.path.join(folder, name + ".tried")
        if not os.path.exists(tried):
            open(tried, "w").close()
            return "451 4.3.0 try again"
        path = os.path.join(folder, f"{name}.{uuid.uuid4().hex}.part")
        with open(path, "wb") as file:
            file.write(envelope.content)
        os.rename(path, path.removesuffix(".part") + ".eml")
        return "250 OK"


async def main():
    listener = socket.create_server(("127.0.0.1", port))
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Mailbox(), enable_SMTPUTF8=True), sock=listener)
    print(listener.getsockname()[1], flush=True)
    async with server:
        await server.serve_forever()


asyncio.run(main())
