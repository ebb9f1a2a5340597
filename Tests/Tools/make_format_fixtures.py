"""Makes the small files under Tests/Fixtures/formats with the reference writers of each format.

`expected.json` beside them holds, per file and tensor, the type, the shape and the bytes in hexadecimal, as the
reference library reads them back. Malformed files are made by the tests themselves; only the pickles that need
Python (hostile globals, views, old protocols) are made here.

Needs torch, safetensors and gguf. Usage: python3 Tests/Tools/make_format_fixtures.py
"""

import collections
import json
import os
import pickle
import shutil
import zipfile
from pathlib import Path

import gguf
import torch
from safetensors.torch import save_file

FIXTURES = Path(__file__).resolve().parent.parent / "Fixtures" / "formats"
EXPECTED = {}

TYPE_NAMES = {
    torch.float64: "f64", torch.float32: "f32", torch.float16: "f16", torch.bfloat16: "bf16",
    torch.float8_e4m3fn: "f8_e4m3", torch.float8_e5m2: "f8_e5m2", torch.int64: "i64", torch.int32: "i32",
    torch.int16: "i16", torch.int8: "i8", torch.uint8: "u8", torch.bool: "bool", torch.uint16: "u16",
    torch.uint32: "u32", torch.uint64: "u64",
}


def raw(tensor):
    if tensor.numel() == 0:
        return b""
    return tensor.detach().contiguous().reshape(-1).view(torch.uint8).numpy().tobytes()


def expect(file, tensors):
    EXPECTED[file] = {
        name: {"type": TYPE_NAMES[t.dtype], "shape": list(t.shape), "hex": raw(t).hex()} for name, t in tensors.items()
    }


def random_tensor(generator, dtype, *shape):
    values = torch.randn(shape, generator=generator)
    return (values * 40).to(dtype) if not dtype.is_floating_point else values.to(dtype)


def every_type(generator):
    tensors = {str(name): random_tensor(generator, dtype, 3, 4) for dtype, name in TYPE_NAMES.items()
               if dtype not in (torch.uint16, torch.uint32, torch.uint64, torch.uint8)}
    tensors["u8"] = torch.arange(200, 212, dtype=torch.uint8).reshape(3, 4)
    for dtype in (torch.uint16, torch.uint32, torch.uint64):
        tensors[TYPE_NAMES[dtype]] = torch.arange(60000, 60006, dtype=torch.int64).to(dtype).reshape(2, 3)
    tensors["scalar"] = torch.tensor(1.5)
    tensors["empty"] = torch.zeros(0, 4)
    tensors["name with spaces, \"quotes\" and é"] = torch.ones(2)
    return tensors


def make_safetensors(generator):
    tensors = every_type(generator)
    save_file(tensors, FIXTURES / "types.safetensors", metadata={"format": "pt", "note": "a \"quoted\" line\nand é 🎈"})
    expect("types.safetensors", tensors)

    folder = FIXTURES / "sharded"
    folder.mkdir()
    shards = {
        "model-00001-of-00002.safetensors": {"a": random_tensor(generator, torch.float32, 4, 2)},
        "model-00002-of-00002.safetensors": {
            "b": random_tensor(generator, torch.bfloat16, 3), "c": random_tensor(generator, torch.int64, 2)},
    }
    weight_map = {}
    for file, tensors in shards.items():
        save_file(tensors, folder / file)
        weight_map.update({name: file for name in tensors})
        expect(f"sharded/{file}", tensors)
    index = {"metadata": {"total_size": 54}, "weight_map": weight_map}
    (folder / "model.safetensors.index.json").write_text(json.dumps(index, indent=2))


def make_gguf(generator):
    writer = gguf.GGUFWriter(FIXTURES / "small.gguf", "llama")
    writer.add_name("small é")
    writer.add_uint8("test.u8", 200)
    writer.add_int8("test.i8", -100)
    writer.add_uint16("test.u16", 60000)
    writer.add_int16("test.i16", -30000)
    writer.add_uint32("test.u32", 4_000_000_000)
    writer.add_int32("test.i32", -2_000_000_000)
    writer.add_uint64("test.u64", 2**63 + 5)
    writer.add_int64("test.i64", -(2**62))
    writer.add_float32("test.f32", 0.5)
    writer.add_float64("test.f64", 0.1)
    writer.add_bool("test.bool", True)
    writer.add_array("test.strings", ["a", "", "▁é", "🎈"])
    writer.add_array("test.ints", [1, -2, 3])
    writer.add_array("test.floats", [0.5, -1.5])
    writer.add_array("test.bools", [True, False])
    values = torch.randn(4, 64, generator=generator)
    plain = {
        "f32": values[:3, :5].contiguous(), "f16": values[:2, :6].half().contiguous(),
        "cube": values.reshape(2, 2, 64)[:, :, :3].contiguous(), "i32": torch.arange(7, dtype=torch.int32),
    }
    EXPECTED["small.gguf"] = {}
    for name, tensor in plain.items():
        writer.add_tensor(name, tensor.numpy())
        EXPECTED["small.gguf"][name] = {
            "type": TYPE_NAMES[tensor.dtype], "shape": list(tensor.shape), "hex": raw(tensor).hex()}
    for kind in ("BF16", "Q8_0", "Q4_0", "Q5_1"):
        quant = getattr(gguf.GGMLQuantizationType, kind)
        data = gguf.quantize(values.numpy(), quant)
        writer.add_tensor(kind, data, raw_dtype=quant)
        EXPECTED["small.gguf"][kind] = {
            "type": kind.lower(), "shape": [4, 64], "hex": data.tobytes().hex()}
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def make_pytorch(generator):
    tensors = every_type(generator)
    torch.save(tensors, FIXTURES / "types.bin")
    expect("types.bin", tensors)

    model = torch.nn.Sequential(torch.nn.Linear(4, 3), torch.nn.LayerNorm(3))
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    state = model.state_dict()
    torch.save(state, FIXTURES / "state_dict.bin")
    expect("state_dict.bin", state)
    for protocol in (3, 4, 5):
        torch.save(state, FIXTURES / f"protocol{protocol}.bin", pickle_protocol=protocol)
        expect(f"protocol{protocol}.bin", state)

    parameters = {"weight": torch.nn.Parameter(torch.ones(2, 3)), "epoch": 3, "big": 1 << 40, "rate": 0.5,
                  "note": "é", "flag": True, "nothing": None, "type": torch.float16, "size": torch.Size([1, 2])}
    torch.save(parameters, FIXTURES / "parameters.bin")
    expect("parameters.bin", {"weight": parameters["weight"]})

    embedding = random_tensor(generator, torch.float32, 5, 4)
    tied = {"embed.weight": embedding, "lm_head.weight": embedding, "row": embedding[2], "rows": embedding[1:3]}
    torch.save(tied, FIXTURES / "tied.bin")
    expect("tied.bin", tied)

    torch.save({"good": embedding, "turned.weight": embedding.t()}, FIXTURES / "transposed.bin")
    torch.save({"column.weight": embedding[:, 1]}, FIXTURES / "column.bin")
    torch.save({"spread.weight": torch.ones(1, 3).expand(4, 3)}, FIXTURES / "expanded.bin")
    torch.save({"negated.weight": torch._neg_view(torch.ones(3))}, FIXTURES / "negated.bin")
    torch.save({"model": {"a": torch.ones(2)}, "epoch": 1}, FIXTURES / "nested.bin")
    torch.save(torch.ones(2), FIXTURES / "bare_tensor.bin")
    torch.save(state, FIXTURES / "legacy.bin", _use_new_zipfile_serialization=False)

    folder = FIXTURES / "sharded-bin"
    folder.mkdir()
    weight_map = {}
    for number, name in ((1, "a"), (2, "b")):
        file = f"pytorch_model-0000{number}-of-00002.bin"
        shard = {name: random_tensor(generator, torch.float16, 2, 2)}
        torch.save(shard, folder / file)
        weight_map[name] = file
        expect(f"sharded-bin/{file}", shard)
    index = {"metadata": {"total_size": 16}, "weight_map": weight_map}
    (folder / "pytorch_model.bin.index.json").write_text(json.dumps(index, indent=2))


class Hostile:
    """Pickles as a call, as an attacker would write it."""

    def __init__(self, function, *arguments):
        self.call = (function, arguments)

    def __reduce__(self):
        return self.call


def write_archive(file, data, compression=zipfile.ZIP_STORED):
    with zipfile.ZipFile(FIXTURES / file, "w", compression) as archive:
        archive.writestr(zipfile.ZipInfo("archive/data.pkl"), data, compression)


def make_hostile():
    """Never run by the tests: each must be refused before anything of it is interpreted."""
    write_archive("evil_system.bin", pickle.dumps({"w": Hostile(os.system, "true")}, protocol=2))
    write_archive("evil_eval.bin", pickle.dumps({"w": Hostile(eval, "1")}, protocol=4))
    write_archive("evil_dict_key.bin", pickle.dumps(collections.OrderedDict([("w", Hostile(exec, "pass"))]), protocol=5))
    write_archive("evil_inst.bin", b"\x80\x02(ios\nsystem\n.")
    write_archive("compressed.bin", pickle.dumps({"a" * 200: 1}, protocol=2), zipfile.ZIP_DEFLATED)


def main():
    shutil.rmtree(FIXTURES, ignore_errors=True)
    FIXTURES.mkdir(parents=True)
    generator = torch.Generator().manual_seed(20)
    make_safetensors(generator)
    make_gguf(generator)
    make_pytorch(generator)
    make_hostile()
    for file in FIXTURES.rglob("*.safetensors"):
        file.chmod(0o644)
    (FIXTURES / "expected.json").write_text(json.dumps(EXPECTED, indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
