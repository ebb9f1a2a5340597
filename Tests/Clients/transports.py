"""Serves over TLS and over a Unix socket."""

import http.client
import json
import os
import socket
import ssl
import subprocess
import tempfile
import urllib.request

from serving import Serving, check


def over_tls(folder):
    key, certificate = os.path.join(folder, "key.pem"), os.path.join(folder, "certificate.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate, "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
        check=True, capture_output=True,
    )
    with Serving("--ssl-certfile", certificate, "--ssl-keyfile", key) as server:
        check("the address says that it is TLS", server.url.startswith("https://"), server.url)
        context = ssl.create_default_context(cafile=certificate)
        with urllib.request.urlopen(server.url + "/v1/models", context=context) as answer:
            check("a client that trusts the certificate is served", json.load(answer)["data"][0]["id"] == "quire-tiny")
        try:
            urllib.request.urlopen(server.url + "/v1/models", timeout=10)
            check("a client that does not trust it goes away", False)
        except OSError:
            check("a client that does not trust it goes away", True)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.connect(self.path)


def over_unix_socket(folder):
    path = os.path.join(folder, "quire.socket")
    with Serving("--uds", path):
        connection = UnixConnection(path)
        body = json.dumps({"prompt": "The capital of France is", "temperature": 0})
        connection.request("POST", "/v1/completions", body, {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        check("a Unix socket is served", answer["choices"][0]["text"] == " Paris.", answer)
        connection.close()


def main():
    with tempfile.TemporaryDirectory() as folder:
        over_tls(folder)
        over_unix_socket(folder)


main()
