"""A store with something of everything that a backup holds, and what can become of a folder of backups."""

from core import settings
from core.store import open_store
from core.store.backups import manifests, restoring
from tests.support import batch_world, worlds

KEPT = (
    "photos/ab/ab1.jpg", "uploads/shop/a:b.jpg", "backbones/own-1.onnx", "judging/cloud/judging.json",
    "catalogues/in-use.txt", "coming/shop.json", "bringing/cloud.json",
)  # fmt: skip
LEFT_OUT = (
    "features/x.f16", "maps/x.json", "logs/x.log", "trash/x/y", "uploads/waiting/z/a.jpg", "locks/l",
    "checkpoints/c/d", "backbones/efficientnet.onnx", "backbones/own-2.onnx.part",
)  # fmt: skip


def fill(store):
    """Puts a version, a tagged batch, and a file of each kind into an empty store; gives the store."""
    run = worlds.publish(store)
    batch_world.tagged(store, run, [0.99, 0.5])
    for place in (*KEPT, *LEFT_OUT):
        path = store.home / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(place)
    return store


def elsewhere(tmp_path, name="again"):
    """The settings of a home that is not there yet."""
    return settings.load().model_copy(update={"home": tmp_path / name})


def restored(tmp_path, found):
    """The store of that home, filled from the newest backup."""
    restoring.restore(found, tmp_path / "backups")
    return open_store(found)


def damage(path):
    """Flips one bit in the middle of a file."""
    found = bytearray(path.read_bytes())
    found[len(found) // 2] ^= 1
    path.write_bytes(found)


def damage_list(folder):
    """Flips one bit in the list of the newest backup."""
    damage(manifests.listed(folder)[0].path)
