"""A bad line between two network interfaces: frames are lost, doubled, delayed and so overtaken, or all of them cut off.

Usage: relay.py IFACE IFACE. Commands come a line each on standard input: `bad LOSS DOUBLE DELAY_MS` (percent, percent, most
milliseconds), `cut`, `mend`. Prints `ready` once it relays.
"""
import heapq
import random
import select
import socket
import sys
import time

ETH_P_ALL = 3
PACKET_OUTGOING = 4


def main():
    ends = []
    for name in sys.argv[1:3]:
        end = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
        end.bind((name, ETH_P_ALL))
        ends.append(end)
    loss, double, delay = 0, 0, 0
    is_cut = False
    chance = random.Random(7)
    waiting = []
    count = 0
    print("ready", flush=True)
    while True:
        now = time.monotonic()
        while waiting and waiting[0][0] <= now:
            _, _, to, frame = heapq.heappop(waiting)
            try:
                to.send(frame)
            except OSError:
                pass
        wait = max(0.0, waiting[0][0] - now) if waiting else None
        readable, _, _ = select.select(ends + [sys.stdin], [], [], wait)
        for one in readable:
            if one is sys.stdin:
                words = sys.stdin.readline().split()
                if not words:
                    return
                if words[0] == "bad":
                    loss, double, delay = (int(word) for word in words[1:4])
                else:
                    is_cut = words[0] == "cut"
                continue
            frame, address = one.recvfrom(65536)
            if address[2] == PACKET_OUTGOING or is_cut or chance.randrange(100) < loss:
                continue
            to = ends[1] if one is ends[0] else ends[0]
            for _ in range(2 if chance.randrange(100) < double else 1):
                count += 1
                heapq.heappush(waiting, (time.monotonic() + chance.uniform(0, delay) / 1000, count, to, frame))


main()
