"""Quantised linear layers as GPTQ, AWQ, compressed-tensors and FP8 checkpoints store them, and the values they stand for.

Each function quantises a float64 weight [rows, columns]; it returns the layer's tensors by their suffixes, and the values
[rows, columns] as float64. The layouts of GPTQ and AWQ follow AutoGPTQ's QuantLinear and AutoAWQ's WQLinear_GEMM; packing
and values of compressed-tensors are that library's own.
"""

import numpy as np
import torch
from compressed_tensors.compressors.pack_quantized import PackedQuantizationCompressor, pack_to_int32
from compressed_tensors.quantization import QuantizationArgs, QuantizationScheme
from compressed_tensors.quantization.lifecycle.forward import dequantize

# Bits 4i of a word hold this output of eight.
AWQ_ORDER = [0, 2, 4, 6, 1, 3, 5, 7]


def words(numbers: np.ndarray, axis: int, order=range(8)) -> torch.Tensor:
    """Packs eight neighbours along an axis into 32 bits, the first of the order lowest."""
    eights = np.moveaxis(numbers, axis, -1).reshape(*np.moveaxis(numbers, axis, -1).shape[:-1], -1, 8).astype(np.uint64)
    packed = sum(eights[..., place] << (4 * bits) for bits, place in enumerate(order))
    return torch.from_numpy(np.ascontiguousarray(np.moveaxis(packed, -1, axis)).astype(np.uint32).view(np.int32))


def int4(weight, group_of, symmetric, dtype, zeros):
    """Rounds to 4 bits: numbers [rows, columns], scales and zero points [rows, groups], values."""
    groups = group_of.max() + 1
    scales, points = (np.zeros((weight.shape[0], groups)) for _ in range(2))
    for group in range(groups):
        part = weight[:, group_of == group]
        if symmetric:
            scales[:, group], points[:, group] = abs(part).max(1) / 7, 8
        else:
            low, high = np.minimum(part.min(1), 0), np.maximum(part.max(1), 0)
            scales[:, group] = (high - low) / 15
            points[:, group] = np.clip(np.round(-low / scales[:, group]), *zeros)
    stored = torch.from_numpy(scales).to(dtype)
    scale, point = stored.double().numpy()[:, group_of], points[:, group_of]
    numbers = np.clip(np.round(weight / scale) + point, 0, 15)
    return numbers, stored, points, scale * (numbers - point)


def group_index(rng, columns, size, act_order):
    index = np.arange(columns) // size
    return rng.permutation(index) if act_order else index


def gptq(rng, weight, size, *, symmetric=True, act_order=False, v2=False, dtype=torch.float16):
    columns = weight.shape[1]
    index = group_index(rng, columns, columns if size == -1 else size, act_order)
    if not symmetric and not v2:
        # A group of nothing but negative numbers, whose zero point is stored as 15 or 14.
        weight = np.where(index[None, :] == 0, -abs(weight), weight)
    if not symmetric and v2:
        weight = np.where(index[None, :] == 0, abs(weight), weight)
    numbers, scales, points, values = int4(weight, index, symmetric, dtype, (0, 15) if v2 else (1, 16))
    return {
        "qweight": words(numbers.T, 0), "qzeros": words(points.T - (0 if v2 else 1), 1),
        "scales": scales.T.contiguous(), "g_idx": torch.from_numpy(index.astype(np.int32)),
    }, values


def awq(rng, weight, size):
    index = group_index(rng, weight.shape[1], size, False)
    numbers, scales, points, values = int4(weight, index, False, torch.float16, (0, 15))
    return {
        "qweight": words(numbers.T, 1, AWQ_ORDER), "qzeros": words(points.T, 1, AWQ_ORDER),
        "scales": scales.T.contiguous(),
    }, values


def pack_quantized(rng, weight, size, *, symmetric=True, act_order=False, dtype=torch.bfloat16):
    columns = weight.shape[1]
    index = group_index(rng, columns, columns if size == -1 else size, act_order)
    numbers, scales, points, values = int4(weight, index, symmetric, dtype, (0, 15))
    signed, zero = (torch.from_numpy(x - 8).to(torch.int8) for x in (numbers, points))
    tensors = {
        "weight_packed": pack_to_int32(signed, 4), "weight_scale": scales,
        "weight_shape": torch.tensor(weight.shape),
    }
    if not symmetric:
        tensors["weight_zero_point"] = pack_to_int32(zero, 4, packed_dim=0).contiguous()
    if act_order:
        tensors["weight_g_idx"] = torch.from_numpy(index.astype(np.int32))
        return tensors, values
    args = QuantizationArgs(
        num_bits=4, symmetric=symmetric, strategy="channel" if size == -1 else "group",
        group_size=None if size == -1 else size)
    check_unpacked(tensors, args, values)
    return tensors, values


def check_unpacked(tensors, args, values):
    """Holds a packed layer to what the library makes of it."""
    exact = {**tensors, "weight_scale": tensors["weight_scale"].double()}
    theirs = PackedQuantizationCompressor.decompress(exact, QuantizationScheme(targets=["Linear"], weights=args))
    assert np.allclose(theirs["weight"].numpy(), values, rtol=1e-12)


def scales_for(weight, strategy, largest, dtype, size=32):
    """A scale for the tensor, each row, each group of a row, or each block of 128 by 128."""
    magnitude = torch.from_numpy(abs(weight))
    rows, columns = weight.shape
    if strategy == "tensor":
        scale = magnitude.max().reshape(1)
    elif strategy == "channel":
        scale = magnitude.amax(1, keepdim=True)
    elif strategy == "group":
        scale = magnitude.reshape(rows, -1, size).amax(2)
    else:
        down, across = -(-rows // 128), -(-columns // 128)
        padded = torch.zeros(down * 128, across * 128, dtype=torch.float64)
        padded[:rows, :columns] = magnitude
        scale = padded.reshape(down, 128, across, 128).amax((1, 3))
    return (scale / largest).to(dtype)


def spread(scale, strategy, shape, size=32):
    """Scales as many as there are elements."""
    if strategy == "group":
        return scale.repeat_interleave(size, 1)
    if strategy == "block":
        return scale.repeat_interleave(128, 0).repeat_interleave(128, 1)[:shape[0], :shape[1]]
    return scale.expand(shape)


def int8(weight, strategy, *, symmetric=True, dtype=torch.bfloat16, packed=False):
    scale = scales_for(weight, strategy, 127, dtype)
    wide = spread(scale.double(), strategy, weight.shape)
    zero = torch.zeros_like(scale, dtype=torch.int8)
    if not symmetric:
        zero += torch.arange(zero.numel()).reshape(zero.shape).remainder(11).to(torch.int8) - 5
    wide_zero = spread(zero.double(), strategy, weight.shape)
    numbers = torch.clip((torch.from_numpy(weight) / wide).round() + wide_zero, -128, 127).to(torch.int8)
    args = QuantizationArgs(
        num_bits=8, symmetric=symmetric, strategy=strategy, group_size=32 if strategy == "group" else None)
    values = dequantize(numbers, scale.double(), zero.double(), args)
    tensors = {"weight": numbers, "weight_scale": scale}
    if packed:
        tensors = {
            "weight_packed": pack_to_int32(numbers, 8), "weight_scale": scale,
            "weight_shape": torch.tensor(weight.shape),
        }
        zero = pack_to_int32(zero, 8, packed_dim=0).contiguous()
    if not symmetric:
        tensors["weight_zero_point"] = zero
    if packed:
        check_unpacked(tensors, args, values.numpy())
    return tensors, values.numpy()


def fp8(weight, strategy, *, dtype=torch.float32, name="weight_scale", scalar=False):
    scale = scales_for(weight, strategy, 448, dtype)
    wide = spread(scale.double(), strategy, weight.shape)
    numbers = (torch.from_numpy(weight) / wide).float().to(torch.float8_e4m3fn)
    stored = scale.reshape(()) if scalar else scale
    return {"weight": numbers, name: stored}, (numbers.double() * wide).numpy()
