"""Networks besides those of the wheels: a model of torchvision with published weights, or an ONNX file of one's own.

Which one is a setting (`GARMENTS_BACKBONE`). It is looked at and tried in a process with limits (`own_probe`), and kept
in the home by the SHA-256 of its content: `backbones/own-<12 digits>.onnx` with a line of JSON that says how it takes
pictures, so that a version that learned with it tags with it whatever the setting says later.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from http.client import HTTPException
from pathlib import Path

from core import errors, file_names, limited_process
from core.model import backbones
from core.settings import PROJECT_ROOT

SECONDS = 300.0
"""For the process that looks at a network."""
LARGEST_BYTES = 600_000_000
"""Of the file of a network."""
_STALL_SECONDS = 30.0
_PIECE_BYTES = 1 << 20
_NAME = re.compile(r"own-[0-9a-f]{12}")


def chosen(home: Path, setting: str, *, mirror: str | None = None) -> str:
    """The name under which a network is found from then on; made ready where it is not yet.

    Args:
        home: where it is kept.
        setting: path of an ONNX file, or the name of a model of torchvision such as convnext_tiny.
        mirror: base address that has the weights of torchvision in place of the published one.

    Raises:
        errors.BackboneMissing: it is neither, it cannot be fetched, or it is no network that gives features.
    """
    path = Path(setting).expanduser()
    if setting.lower().endswith(".onnx"):
        return _kept(home, path if path.is_absolute() else PROJECT_ROOT / path, "an ONNX file of your own")
    return _of_torchvision(home, setting, mirror)


def register(home: Path, names: tuple[str, ...]) -> None:
    """Makes networks known that were chosen before, by their names in a recipe.

    Raises:
        errors.BackboneMissing: one is no longer there.
    """
    for name in names:
        if not _NAME.fullmatch(name) or name in backbones.BACKBONES:
            continue
        try:
            told = json.loads((home / "backbones" / f"{name}.json").read_text())
            backbones.BACKBONES[name] = backbones.own_backbone(**told)
        except (OSError, ValueError, TypeError) as error:
            raise errors.BackboneMissing(
                f"The network {name} that this version learned with is not in {home / 'backbones'} ({error})."
            ) from None


def file_of(home: Path, name: str) -> Path:
    """Where the network of that name is kept.

    Raises:
        errors.BackboneMissing: it is not there, or another one.
    """
    path = home / "backbones" / file_names.one(f"{name}.onnx")
    if not path.is_file() or _digest(path)[:12] != name.removeprefix("own-"):
        raise errors.BackboneMissing(f"{path} is missing or was changed. Train again with GARMENTS_BACKBONE set.")
    return path


def _kept(home: Path, path: Path, title: str) -> str:
    """Looks at an ONNX file and keeps it; gives its name."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise errors.BackboneMissing(
            f"The network {path} cannot be read ({error.strerror}). Correct its path."
        ) from None
    if size > LARGEST_BYTES:
        raise errors.BackboneMissing(f"The network {path} has {size:,} bytes; at most {LARGEST_BYTES:,} are taken.")
    digest = _digest(path)
    name = f"own-{digest[:12]}"
    target = home / "backbones" / f"{name}.onnx"
    if not (target.is_file() and target.with_suffix(".json").is_file()):
        target.parent.mkdir(parents=True, exist_ok=True)
        half = target.with_name(f"{uuid.uuid4().hex}.part")
        try:
            shutil.copyfile(path, half)
            told = _run("onnx", half)
            half.replace(target)
        finally:
            half.unlink(missing_ok=True)
        target.with_suffix(".json").write_text(json.dumps({**told, "title": title, "sha256": digest}))
    register(home, (name,))
    return name


def _of_torchvision(home: Path, model: str, mirror: str | None) -> str:
    """A model of torchvision as such a file; its weights are fetched once and read in the limited process."""
    pointer = home / "backbones" / f"torchvision-{re.sub(r'[^a-z0-9_]', '', model.lower())}.txt"
    if pointer.is_file() and (home / "backbones" / f"{pointer.read_text()}.json").is_file():
        register(home, (pointer.read_text(),))
        return pointer.read_text()
    address = _run("address", model)["address"]
    pointer.parent.mkdir(parents=True, exist_ok=True)
    weights = pointer.with_name(address.rpartition("/")[2])
    network = pointer.with_name(f"{uuid.uuid4().hex}.onnx")
    try:
        if not weights.is_file():
            _fetch(f"{mirror.rstrip('/')}/{weights.name}" if mirror else address, weights)
        _run("torchvision", model, weights, network)
        name = _kept(home, network, f"{model} of torchvision")
    finally:
        network.unlink(missing_ok=True)
    weights.unlink(missing_ok=True)
    pointer.write_text(name)
    return name


def _fetch(address: str, target: Path) -> None:
    """Fetches published weights, whose name ends with the beginning of their SHA-256."""
    half = target.with_name(f"{uuid.uuid4().hex}.part")
    digest = hashlib.sha256()
    try:
        with urllib.request.urlopen(address, timeout=_STALL_SECONDS) as answer, half.open("wb") as file:
            while piece := answer.read(_PIECE_BYTES):
                digest.update(piece)
                file.write(piece)
                if file.tell() > LARGEST_BYTES:
                    raise errors.BackboneMissing(f"{address} has more than {LARGEST_BYTES:,} bytes.")
        expected = target.stem.rpartition("-")[2]
        if not digest.hexdigest().startswith(expected):
            raise errors.BackboneMissing(
                f"{address} gave a file with the SHA-256 {digest.hexdigest()}, not {expected}…"
            )
        half.replace(target)
    except (OSError, urllib.error.URLError, HTTPException, ValueError) as error:
        raise errors.BackboneMissing(
            f"The weights cannot be fetched from {address} ({error}). Connect to the internet, or take "
            "GARMENTS_BACKBONE out."
        ) from None
    finally:
        half.unlink(missing_ok=True)


def _run(*arguments: str | Path) -> dict[str, str]:
    """What the process with limits says of a network."""
    command = [sys.executable, "-m", "core.model.backbones.own_probe", *map(str, arguments)]
    try:
        done = subprocess.run(
            command, cwd=PROJECT_ROOT, env=limited_process.environment(), capture_output=True, text=True,
            timeout=SECONDS,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise errors.BackboneMissing(f"The network could not be looked at ({error}).") from None
    if done.returncode:
        why = (done.stderr.strip().splitlines() or ["it takes too much memory"])[-1]
        raise errors.BackboneMissing(f"{arguments[1]} is no network that can be used: {why[:300]}")
    found: dict[str, str] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
