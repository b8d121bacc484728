"""A trained network as an ONNX file: the same answers from one pass, without torch. The one place that writes ONNX.

Batch norms are folded into the convolutions before them, and what depends on the size of the pictures is worked out
once, so a file takes pictures of one size: (N, H, W) uint8 in, (N, K) logits and (N, D) features out.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, cast

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import helper, numpy_helper
from torch import Tensor, nn

from core.model import architectures, exported, network

_OPSET, _FORMAT = 17, 8
"""Of 2022: old enough for every reader, new enough for all that is needed."""


def to_bytes(module: network.Network, image_shape: tuple[int, int]) -> bytes:
    """The content of an ONNX file that answers as the module in eval mode does; equal modules give equal bytes.

    Args:
        module: on any device; nothing of it is changed.
        image_shape: height and width of the pictures that it is to take.
    """
    graph = _Graph(image_shape)
    pixels = graph.normalised(_numbers(module.mean), _numbers(module.std))
    features = _features(graph, module.body, pixels)
    if module.test_time_flip:
        mirrored = _features(graph, module.body, graph.mirrored(pixels))
        both = graph.add("Add", [features, mirrored])
        features = graph.add("Mul", [both, graph.constant(np.float32(0.5))])
    features = graph.add("Identity", [features], output=exported.FEATURES)
    graph.linear(features, cast(nn.Linear, module.body.head), output=exported.LOGITS)
    return graph.to_bytes()


class _Graph:
    """Steps and constants of an ONNX graph in the making: each method adds a step and gives the name of its result."""

    def __init__(self, image_shape: tuple[int, int]) -> None:
        self._image_shape = image_shape
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []
        self.shapes: dict[str, tuple[int, int, int]] = {}
        """Channels, height and width of each result that is a picture."""

    def add(self, kind: str, inputs: Sequence[str], *, output: str = "", **attributes: Any) -> str:
        """Any step with one result."""
        name = output or f"step{len(self._nodes)}"
        self._nodes.append(helper.make_node(kind, inputs, [name], **attributes))
        if inputs[0] in self.shapes:
            self.shapes[name] = self.shapes[inputs[0]]
        return name

    def constant(self, value: NDArray[Any] | np.generic) -> str:
        """Numbers that never change."""
        name = f"constant{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value).reshape(np.shape(value)), name))
        return name

    def normalised(self, mean: NDArray[np.float64], std: NDArray[np.float64]) -> str:
        """(N, 1, H, W) what the architecture sees, of the (N, H, W) pictures."""
        pixels = self.add("Cast", [exported.IMAGES], to=onnx.TensorProto.FLOAT)
        pixels = self.add("Unsqueeze", [pixels, self.constant(np.array([1]))])
        scaled = self.add("Mul", [pixels, self.constant(np.float32(1 / (255 * std)))])
        shifted = self.add("Sub", [scaled, self.constant(np.float32(mean / std))])
        self.shapes[shifted] = (1, *self._image_shape)
        return shifted

    def mirrored(self, x: str) -> str:
        """Left to right."""
        width = self.shapes[x][2]
        return self.add("Gather", [x, self.constant(np.arange(width)[::-1].copy())], axis=3)

    def convolved(self, x: str, conv: nn.Conv2d, norm: nn.BatchNorm2d | None = None) -> str:
        """A convolution of stride 1 that keeps the size, and the batch norm after it."""
        weight = _numbers(conv.weight)
        bias = np.zeros(len(weight)) if conv.bias is None else _numbers(conv.bias)
        if norm is not None:
            scale, shift = _folded(norm)
            weight, bias = weight * scale[:, None, None, None], bias * scale + shift
        sides = [side // 2 for side in conv.kernel_size]
        constants = [self.constant(array.astype(np.float32)) for array in (weight, bias)]
        result = self.add("Conv", [x, *constants], kernel_shape=list(conv.kernel_size), pads=sides * 2)
        self.shapes[result] = (len(weight), *self.shapes[x][1:])
        return result

    def linear(self, x: str, layer: nn.Linear, norm: nn.BatchNorm1d | None = None, *, output: str = "") -> str:
        """A linear layer, and the batch norm after it."""
        weight = _numbers(layer.weight)
        bias = np.zeros(len(weight)) if layer.bias is None else _numbers(layer.bias)
        if norm is not None:
            scale, shift = _folded(norm)
            weight, bias = weight * scale[:, None], bias * scale + shift
        constants = [self.constant(array.astype(np.float32)) for array in (weight, bias)]
        return self.add("Gemm", [x, *constants], output=output, transB=1)

    def normed(self, x: str, norm: nn.BatchNorm2d) -> str:
        """A batch norm by itself."""
        scale, shift = (self.constant(array.astype(np.float32)[:, None, None]) for array in _folded(norm))
        return self.add("Add", [self.add("Mul", [x, scale]), shift])

    def relu(self, x: str) -> str:
        """Nothing below 0."""
        return self.add("Relu", [x])

    def pooled(self, x: str) -> str:
        """The highest of each 2 x 2."""
        result = self.add("MaxPool", [x], kernel_shape=[2, 2], strides=[2, 2])
        channels, height, width = self.shapes[x]
        self.shapes[result] = (channels, height // 2, width // 2)
        return result

    def unshuffled(self, x: str) -> str:
        """2 x 2 pixels become 4 channels, as `architectures` does it: background where a side is odd."""
        channels, height, width = self.shapes[x]
        if height % 2 or width % 2:
            ends = np.array([0, 0, 0, 0, 0, 0, height % 2, width % 2])
            x = self.add("Pad", [x, self.constant(ends)])
        result = self.add("SpaceToDepth", [x], blocksize=2)
        self.shapes[result] = (4 * channels, math.ceil(height / 2), math.ceil(width / 2))
        return result

    def flat(self, x: str, side: int, *, channels_last: bool = False) -> str:
        """(N, D), after averaging to side x side where the size is another."""
        height, width = self.shapes[x][1:]
        if (height, width) != (side, side):
            rows, columns = (self.constant(_averaging(size, side)) for size in (height, width))
            x = self.add("MatMul", [x, columns])  # (N, C, H, side)
            x = self.add("Transpose", [x], perm=[0, 1, 3, 2])
            x = self.add("Transpose", [self.add("MatMul", [x, rows])], perm=[0, 1, 3, 2])  # (N, C, side, side)
        if channels_last:
            x = self.add("Transpose", [x], perm=[0, 2, 3, 1])
        return self.add("Flatten", [x])

    def to_bytes(self) -> bytes:
        """The whole as a file."""
        size: list[str | int | None] = ["garments", *self._image_shape]
        images = helper.make_tensor_value_info(exported.IMAGES, onnx.TensorProto.UINT8, size)
        answers = [
            helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, ["garments", None])
            for name in (exported.LOGITS, exported.FEATURES)
        ]
        graph = helper.make_graph(self._nodes, "garments", [images], answers, self._constants)
        opsets = [helper.make_opsetid("", _OPSET)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=_FORMAT, producer_name="garment-tags")
        onnx.checker.check_model(model, full_check=True)
        return cast(bytes, model.SerializeToString(deterministic=True))


def _features(graph: _Graph, body: nn.Module, pixels: str) -> str:
    """The body's `features`, step by step; the class in `architectures` is the original of each."""
    return _BY_ARCHITECTURE[type(body)](graph, body, pixels)


def _one_conv(graph: _Graph, body: architectures.OneConv, x: str) -> str:
    return graph.flat(graph.pooled(graph.relu(graph.convolved(x, body.conv))), 14)


def _two_conv(graph: _Graph, body: architectures.TwoConv, x: str) -> str:
    x = graph.pooled(graph.relu(graph.convolved(x, body.conv1)))
    x = graph.pooled(graph.relu(graph.convolved(x, body.conv2)))
    return graph.relu(graph.linear(graph.flat(x, 7), body.hidden))


def _unshuffled(graph: _Graph, body: architectures.Unshuffled, x: str) -> str:
    x = graph.pooled(_conv_norm(graph, body.conv1, graph.unshuffled(x)))
    return _hidden_norm(graph, body.hidden, graph.flat(_conv_norm(graph, body.conv2, x), 7))


def _stacked(graph: _Graph, body: architectures.Stacked, x: str) -> str:
    x = graph.unshuffled(x)
    for stage in (body.stage1, body.stage2):
        for layer in stage:
            x = _conv_norm(graph, layer, x)
        x = graph.pooled(x)
    return _hidden_norm(graph, body.hidden, graph.flat(x, 3))


def _residual(graph: _Graph, body: architectures.Residual, x: str) -> str:
    x = _conv_norm(graph, body.stem, graph.unshuffled(x))
    for stage, block in ((body.stage1, body.block1), (body.stage2, body.block2)):
        x = graph.pooled(_conv_norm(graph, stage, x))
        x = _block(graph, block, x)
    return graph.add("ReduceMax", [x], axes=[2, 3], keepdims=0)


def _early_pool(graph: _Graph, body: architectures.EarlyPool, x: str) -> str:
    x = _conv_norm(graph, body.conv2, _conv_pool_norm(graph, body.conv1, graph.unshuffled(x)))
    return _hidden_norm(graph, body.hidden, graph.flat(x, 7, channels_last=True))


def _pooled_stack(graph: _Graph, body: architectures.PooledStack, x: str) -> str:
    x = graph.unshuffled(x)
    for stage in (body.stage1, body.stage2):
        x = _conv_pool_norm(graph, stage[1], _conv_norm(graph, stage[0], x))
    return _hidden_norm(graph, body.hidden, graph.flat(x, 3, channels_last=True))


def _pooled_residual(graph: _Graph, body: architectures.PooledResidual, x: str) -> str:
    x = _block(graph, body.stage1[1], _conv_norm(graph, body.stage1[0], graph.unshuffled(x)))
    for stage in (body.stage2, body.stage3):
        x = _block(graph, stage[1], _conv_pool_norm(graph, stage[0], x))
    return _hidden_norm(graph, body.hidden, graph.flat(x, 3, channels_last=True))


def _block(graph: _Graph, block: Any, x: str) -> str:
    return graph.add("Add", [x, _conv_norm(graph, block.conv2, _conv_norm(graph, block.conv1, x))])


def _conv_pool_norm(graph: _Graph, layer: Any, x: str) -> str:
    # A batch norm may turn a channel around, so it cannot go before the pooling.
    return graph.relu(graph.normed(graph.pooled(graph.convolved(x, layer.conv)), layer.norm))


def _conv_norm(graph: _Graph, layer: Any, x: str) -> str:
    return graph.relu(graph.convolved(x, layer.conv, layer.norm))


def _hidden_norm(graph: _Graph, layer: Any, x: str) -> str:
    return graph.relu(graph.linear(x, layer.linear, layer.norm))


def _folded(norm: nn.BatchNorm1d | nn.BatchNorm2d) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(C,) what each channel is multiplied by and what is added then, in eval mode."""
    scale = _numbers(norm.weight) / np.sqrt(_numbers(cast(Tensor, norm.running_var)) + norm.eps)
    return scale, _numbers(norm.bias) - _numbers(cast(Tensor, norm.running_mean)) * scale


def _averaging(size: int, side: int) -> NDArray[np.float32]:
    """(size, side) weights with which `adaptive_avg_pool2d` averages along one direction."""
    weights = np.zeros((size, side), dtype=np.float32)
    for place in range(side):
        start, end = place * size // side, -(-(place + 1) * size // side)
        weights[start:end, place] = 1 / (end - start)
    return weights


def _numbers(tensor: Tensor) -> NDArray[np.float64]:
    return cast(NDArray[np.float64], tensor.detach().double().cpu().numpy())


_BY_ARCHITECTURE: dict[type[nn.Module], Callable[[_Graph, Any, str], str]] = {
    architectures.OneConv: _one_conv,
    architectures.TwoConv: _two_conv,
    architectures.Unshuffled: _unshuffled,
    architectures.Stacked: _stacked,
    architectures.Residual: _residual,
    architectures.EarlyPool: _early_pool,
    architectures.PooledStack: _pooled_stack,
    architectures.PooledResidual: _pooled_residual,
}
