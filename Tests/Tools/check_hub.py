"""Pulls a large model from a local hub, and has Hugging Face's huggingface_hub look at the result.

    python Tests/Tools/check_hub.py [--quire .build/release/quire] [--megabytes 500]

1. A pull is killed with SIGKILL on its way; the next one goes on from there and ends with the right bytes.
2. Two pulls at once fetch every byte once.
3. huggingface_hub finds the model in the cache that quire filled, and quire in the one that it filled.
Needs Python 3.11 with huggingface_hub.
"""

import argparse
import hashlib
import os
import pathlib
import subprocess
import tempfile
import time

from hub_server import COMMIT, Hub

MODEL = "org/big"


def make_model(folder, megabytes):
    """Two files of random bytes and their index; half a gigabyte takes seconds."""
    folder.mkdir(parents=True)
    (folder / "config.json").write_text('{"architectures": ["LlamaForCausalLM"]}')
    (folder / "README.md").write_text("Not needed to run the model.")
    shards = [f"model-0000{i}-of-00002.safetensors" for i in (1, 2)]
    for name, share in zip(shards, (3, 1)):
        with (folder / name).open("wb") as file:
            for _ in range(megabytes * share // 4):
                file.write(os.urandom(1 << 20))
    index = ", ".join(f'"{i}": "{name}"' for i, name in enumerate(shards))
    (folder / "model.safetensors.index.json").write_text(f'{{"weight_map": {{{index}}}}}')
    return ["config.json", "model.safetensors.index.json"] + shards


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def check(what, is_so):
    print(("ok      " if is_so else "FAILED  ") + what, flush=True)
    if not is_so:
        raise SystemExit(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quire", default=".build/release/quire")
    parser.add_argument("--megabytes", type=int, default=500)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(pathlib.Path(folder), os.path.abspath(options.quire), options.megabytes)


def run(root, quire, megabytes):
    files = make_model(root / "hub" / MODEL, megabytes)
    source = root / "hub" / MODEL
    hub = Hub(root / "hub")
    total = sum((source / name).stat().st_size for name in files)

    def start(cache, *arguments):
        environment = os.environ | {"HF_HUB_CACHE": str(cache), "HF_ENDPOINT": hub.endpoint}
        return subprocess.Popen([quire, "models", *arguments], env=environment, stdout=subprocess.PIPE, text=True)

    def is_right(path):
        return all(digest(pathlib.Path(path) / name) == digest(source / name) for name in files)

    # 1. Killed and resumed.
    cache = root / "resumed"
    hub.rate = 100 << 20
    process = start(cache, "pull", MODEL)
    while hub.served < total // 3:
        time.sleep(0.01)
    process.kill()
    process.communicate()
    time.sleep(0.5)
    partial = sum(path.stat().st_size for path in cache.rglob("*.incomplete"))
    print(f"        killed with {partial >> 20} of {total >> 20} MiB in .incomplete files")
    check("a killed pull leaves what it has", partial > 0)
    check("an unfinished model is not found", start(cache, "path", MODEL).wait() == 69)
    hub.rate, hub.served = None, 0
    began = time.monotonic()
    path = start(cache, "pull", MODEL).communicate()[0].strip()
    print(f"        resumed: {hub.served >> 20} MiB in {time.monotonic() - began:.1f} s")
    check("the rest alone was fetched", hub.served <= total - partial + (1 << 20))
    check("the bytes are right", is_right(path))
    check("nothing unfinished is left", not list(cache.rglob("*.incomplete")))
    check("files that running does not take were not fetched", not (pathlib.Path(path) / "README.md").exists())

    # 2. Two at once.
    cache = root / "shared"
    hub.rate, hub.served = 200 << 20, 0
    paths = [process.communicate()[0].strip() for process in [start(cache, "pull", MODEL) for _ in range(2)]]
    check("two pulls end with the same path", paths[0] == paths[1] and paths[0] != "")
    check("every byte was fetched once", hub.served == total)
    check("the bytes are right", is_right(paths[0]))

    # 3. The other program.
    check_with_huggingface_hub(root, cache, paths[0], hub, start, files)


def check_with_huggingface_hub(root, cache, path, hub, start, files):
    os.environ |= {"HF_ENDPOINT": hub.endpoint, "HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1"}
    import huggingface_hub

    print(f"        huggingface_hub {huggingface_hub.__version__}")
    found = huggingface_hub.snapshot_download(MODEL, cache_dir=cache, local_files_only=True)
    check("huggingface_hub finds the model", found == path)
    hub.rate, hub.served = None, 0
    for name in files:
        huggingface_hub.hf_hub_download(MODEL, name, cache_dir=cache)
    check("and downloads none of it again", hub.served == 0)
    report = huggingface_hub.scan_cache_dir(cache)
    check("and has nothing to complain about", not report.warnings and len(report.repos) == 1)

    other = root / "python"
    for name in files:
        huggingface_hub.hf_hub_download(MODEL, name, cache_dir=other)
    hub.served = 0
    expected = f"{other}/models--org--big/snapshots/{COMMIT}"
    check("quire finds what huggingface_hub fetched", start(other, "path", MODEL).communicate()[0].strip() == expected)
    check("and pulls none of it again", start(other, "pull", MODEL).wait() == 0 and hub.served == 0)


main()
