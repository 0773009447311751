"""Holds the rules of `comity export egress` against the tools and schemas that read them, and where this may be done, tries them.

    egress.py COMITY NFT

As root the rules for nftables are loaded into a network of its own, with a second one beside it for the other side, and every
kind of connection is tried. Otherwise they are only checked.
"""

import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import manifests

HERE = Path(__file__).parent
COMITY, NFT = sys.argv[1:3]
ESTATES = [HERE / "estate", HERE.parents[1] / "examples" / "retail"]
# The user of the gateway in these networks; it need not exist.
USER = 65532
# What stands on the other side: endpoints of the estate, and an address that is none.
ADDRESSES = ["192.0.2.10", "10.20.30.40", "192.0.2.99", "10.0.0.53"]
WAIT = 0.4


def main() -> None:
    for estate in ESTATES:
        for filter in ["cilium", "kubernetes"]:
            for dns in [[], ["--dns", "10.0.0.53", "--dns", "2001:db8::53"]]:
                documents = manifests.check(rules(estate, filter, dns), f"{estate.name} for {filter}")
                assert len(documents) == 1, documents
        with tempfile.NamedTemporaryFile("w", suffix=".nft") as file:
            file.write(rules(estate, "nftables"))
            file.flush()
            subprocess.run(["unshare", "--map-root-user", "--net", NFT, "--check", "--file", file.name], check=True)
    if os.geteuid() == 0:
        command = ["unshare", "--net", sys.executable, __file__, COMITY, NFT, "try"]
        subprocess.run(command, check=True)
        print("Rules hold: schemas, nft, and connections tried by them.")
    else:
        print("Rules hold: schemas and nft. Trying connections by them takes root.")


def rules(estate: Path, filter: str, further: list[str] = []) -> str:
    command = [COMITY, "export", "egress", "-C", str(estate), "--for", filter, "--user", str(USER)]
    command += ["--resolved", str(HERE / "addresses.txt"), *further]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def tried() -> None:
    """In a network of our own: connections of the gateway's user, of others, and of callers."""
    other = subprocess.Popen(["unshare", "--net", sys.executable, __file__, COMITY, NFT, "other"],
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout.readline() == "there\n"
        for command in [
            "ip link set lo up",
            f"ip link add ours type veth peer name theirs netns {other.pid}",
            "ip address add 198.51.100.1/24 dev ours",
            "ip link set ours up",
            "ip route add default via 198.51.100.2",
        ]:
            subprocess.run(command.split(), check=True)
        tell(other, "go")
        opened = [listener("198.51.100.1", 8080, USER), listener("198.51.100.1", 8081, USER)]
        opened += [listener("127.0.0.1", 11434), listener("127.0.0.1", 3128)]
        subprocess.run([NFT, "--file", "-"], input=rules(ESTATES[0], "nftables", ["--dns", "10.0.0.53"]), text=True, check=True)
        gateway = {
            ("192.0.2.10", 443): True,
            ("10.20.30.40", 8443): True,
            ("10.0.0.53", 53): True,
            ("127.0.0.1", 11434): True,
            # Another port, another host, another server for DNS, a proxy on the same machine.
            ("192.0.2.10", 8443): False,
            ("192.0.2.99", 443): False,
            ("192.0.2.99", 53): False,
            ("127.0.0.1", 3128): False,
        }
        for (host, port), expected in gateway.items():
            assert connects(host, port, USER) == expected, f"the gateway's user to {host}:{port}"
            assert connects(host, port, 0), f"root to {host}:{port} was to be left alone"
        # Callers are answered from the listener's port, and from no other that the same user opens.
        assert tell(other, "call 8080") == "answered", "a caller is not answered"
        assert tell(other, "call 8081") == "silence", "another port of the gateway's user answers"
    finally:
        other.stdin.close()
        other.wait()


def other_side() -> None:
    print("there", flush=True)
    sys.stdin.readline()
    for command in ["ip link set lo up", "ip address add 198.51.100.2/24 dev theirs", "ip link set theirs up",
                    *(f"ip address add {address}/32 dev lo" for address in ADDRESSES)]:
        subprocess.run(command.split(), check=True)
    opened = [listener(address, port) for address in ADDRESSES for port in [53, 443, 8443]]
    print("ready", flush=True)
    for line in sys.stdin:
        port = int(line.split()[1])
        print("answered" if connects("198.51.100.1", port, 0) else "silence", flush=True)


def listener(host: str, port: int, user: int = 0) -> socket.socket:
    """A socket of a user, which the kernel answers for. A packet has the user that opened its socket."""
    os.seteuid(user)
    try:
        made = socket.socket()
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
    finally:
        os.seteuid(0)
    made.listen()
    return made


def connects(host: str, port: int, user: int) -> bool:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            # Nothing may be loaded after this: another user cannot read our files.
            os.setuid(user)
            with socket.socket() as tried:
                tried.settimeout(WAIT)
                tried.connect((host, port))
            code = 0
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def tell(other: subprocess.Popen, line: str) -> str:
    other.stdin.write(line + "\n")
    other.stdin.flush()
    return other.stdout.readline().strip()


{"try": tried, "other": other_side}.get(sys.argv[3] if len(sys.argv) > 3 else "", main)()
