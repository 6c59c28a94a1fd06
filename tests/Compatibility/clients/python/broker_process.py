"""`platform broker` as a process: one node that is broker and controller, in a temporary directory. It can be killed and
started again on the same data and port."""
import os
import shutil
import socket
import subprocess
import tempfile
import threading


class Broker:
    def __init__(self, binary, **settings):
        self.binary, self.settings, self.process = binary, settings, None
        self.directory = tempfile.mkdtemp(prefix="platform-python-")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.bootstrap = f"127.0.0.1:{self.port}"

    def start(self):
        settings = {"process.roles": "broker,controller", "node.id": 1, "log.dirs": self.directory + "/data",
                    "listeners": f"PLAINTEXT://{self.bootstrap},CONTROLLER://127.0.0.1:0",
                    "controller.listener.names": "CONTROLLER", "controller.quorum.voters": "1@127.0.0.1:9093",
                    "group.min.session.timeout.ms": 1000, "group.initial.rebalance.delay.ms": 0,
                    "transaction.state.log.num.partitions": 3, "offsets.topic.num.partitions": 3, **self.settings}
        overrides = [word for name, value in settings.items() for word in ("--override", f"{name}={value}")]
        self.process = subprocess.Popen(["dotnet", self.binary, "broker", *overrides], stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT, text=True,
                                        env={**os.environ, "CLUSTER_ID": "5L6g3nShT-eMCtK--X86sw"})
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line.startswith("ready"):
                threading.Thread(target=lambda out=self.process.stdout: [None for _ in out], daemon=True).start()
                return
        raise SystemExit("the broker ended:\n" + "".join(lines))

    def kill(self):
        self.process.kill()
        self.process.wait()

    def remove(self):
        self.kill()
        shutil.rmtree(self.directory)
