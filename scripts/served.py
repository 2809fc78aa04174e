"""A platform of a made-up trust in a process of its own, and a browser's session on it: for benchmarks and fuzzing. No libraries."""
import http.cookiejar
import os
import re
import signal
import subprocess
import urllib.parse
import urllib.request


class Server:
    """The platform; ready once it has printed its address."""

    def __init__(self, command):
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if "Stop it with Ctrl-C" in line:
                break
        self.address = re.search(r"platform is at (\S+)", "".join(lines))[1]

    def memory_mib(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(r"VmRSS:\s+(\d+)", status.read())[1]) / 1024

    def cpu_seconds(self):
        with open(f"/proc/{self.process.pid}/stat") as status:
            fields = status.read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait()


class Browser:
    """A signed-in session: as whoever the button of the sign-in page with these words is for."""

    def __init__(self, address, who):
        self.address = address
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        forms = self.get("/sign-in").split("<form")
        form = next(own for own in forms if f"Sign in as {who}" in own)
        self.post("/sign-in", dict(re.findall(r'name="(\w+)" value="([^"]*)"', form)))

    def get(self, path):
        return self.opener.open(self.address + path).read().decode()

    def post(self, path, fields):
        """Fields may be a list of pairs, for those that are sent more than once."""
        return self.opener.open(self.address + path, urllib.parse.urlencode(fields).encode()).read().decode()

    def cookies(self):
        return "; ".join(f"{own.name}={own.value}" for own in self.jar)

    def token(self):
        """A token for programs that may do all that its owner may."""
        page = self.get("/account")
        form = page.split('action="/account/tokens"')[1].split("</form>")[0]
        fields = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form)
        fields += [("scopes", own) for own in re.findall(r'name="scopes" value="([^"]*)"', form)]
        made = self.post("/account/tokens", fields + [("token_name", "fuzzing"), ("days", "30")])
        return re.search(r'class="secret">([^<]+)<', made)[1]
