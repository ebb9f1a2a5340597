"""A Hugging Face hub of folders on loopback: what `check_hub.py` pulls from.

Every folder ORG/NAME below the given one is a repository. Large files are redirected to another host name, as the hub does.
"""

import hashlib
import http.server
import json
import pathlib
import threading
import time
import urllib.parse

COMMIT = "c0ffee" + "0" * 34
LARGE = 1 << 20


class Content:
    """A file and what the hub calls it."""

    def __init__(self, path):
        self.path = path
        self.size = path.stat().st_size
        self.is_large = self.size >= LARGE
        self.hash = self._sha256() if self.is_large else self._git()

    def _sha256(self):
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _git(self):
        data = self.path.read_bytes()
        return hashlib.sha1(f"blob {len(data)}\0".encode() + data).hexdigest()


class Hub(http.server.ThreadingHTTPServer):
    """`rate` bounds each connection, in bytes per second; `served` counts the bytes of files that were sent."""

    daemon_threads = True

    def __init__(self, root, rate=None):
        self.rate = rate
        self.served = 0
        self.counting = threading.Lock()
        self.repositories = {}
        for folder in pathlib.Path(root).glob("*/*"):
            files = [path for path in folder.rglob("*") if path.is_file()]
            name = f"{folder.parent.name}/{folder.name}"
            self.repositories[name] = {str(path.relative_to(folder)): Content(path) for path in files}
        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def endpoint(self):
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request, address):
        """Clients that are killed are part of the plan."""


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        path = urllib.parse.unquote(urllib.parse.urlsplit(self.path).path).strip("/")
        parts = path.split("/")
        if parts[:2] == ["api", "models"] and "revision" in parts:
            return self.describe("/".join(parts[2 : parts.index("revision")]))
        if parts[0] == "content":
            contents = [c for files in self.server.repositories.values() for c in files.values()]
            return self.send(next((c for c in contents if c.hash == parts[1]), None))
        if "resolve" in parts:
            at = parts.index("resolve")
            return self.resolve("/".join(parts[:at]), "/".join(parts[at + 2 :]))
        self.reply(404)

    def describe(self, repository):
        files = self.server.repositories.get(repository)
        if files is None:
            return self.reply(404, {"X-Error-Code": "RepoNotFound"})
        siblings = []
        for name, content in files.items():
            sibling = {"rfilename": name, "size": content.size, "blobId": content.hash}
            if content.is_large:
                sibling["lfs"] = {"sha256": content.hash, "size": content.size}
            siblings.append(sibling)
        description = {"id": repository, "sha": COMMIT, "siblings": siblings}
        self.reply(200, {"Content-Type": "application/json"}, json.dumps(description).encode())

    def resolve(self, repository, name):
        content = self.server.repositories.get(repository, {}).get(name)
        if content is None:
            return self.reply(404, {"X-Error-Code": "EntryNotFound"})
        headers = {"X-Repo-Commit": COMMIT, "ETag": f'"{content.hash}"'}
        if content.is_large:
            headers |= {
                "X-Linked-Etag": f'"{content.hash}"',
                "X-Linked-Size": str(content.size),
                "Location": f"http://localhost:{self.server.server_address[1]}/content/{content.hash}",
            }
            return self.reply(302, headers)
        self.send(content, headers)

    def send(self, content, headers={}):
        if content is None:
            return self.reply(404)
        asked = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-")
        start = int(asked)
        self.send_response(206 if "Range" in self.headers else 200)
        if "Range" in self.headers:
            self.send_header("Content-Range", f"bytes {start}-{content.size - 1}/{content.size}")
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(content.size - start))
        self.end_headers()
        if self.command == "HEAD":
            return
        with content.path.open("rb") as file:
            file.seek(start)
            while piece := file.read(1 << 18):
                self.wfile.write(piece)
                with self.server.counting:
                    self.server.served += len(piece)
                if self.server.rate:
                    time.sleep(len(piece) / self.server.rate)

    def reply(self, status, headers={}, body=b""):
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
