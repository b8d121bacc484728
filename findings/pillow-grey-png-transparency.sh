#!/usr/bin/env bash
# Which pixels of a PNG Pillow takes for transparent where one colour is.
#
# Version: Pillow 13.0.0 (PyPI), Python 3.11 on Linux, x86-64. Seen on 2026-11-29.
# Expected: a PNG whose tRNS chunk names one grey or one colour (PNG specification, 3rd edition, 11.3.1.1) is transparent exactly where its
# pixels have that value, at every depth that the format knows.
# Seen: grey of 1 and 8 bits is right. With 2 and 4 bits no pixel becomes transparent, since pixels are spread to 0-255 and the
# transparent grey is not. With 16 bits the one pixel that has the grey stays opaque, and where the grey is 65535 every pixel above 255 of
# 65535 becomes transparent. Of 16 bits a colour the transparent one is missed unless both its bytes are alike.
# What follows: cut-out garments that a shop's program saved in 4 or 16 bits stand on black or vanish; what is transparent has to be told
# from the file's own header before the picture is reduced to 8 bits.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check pillow==13.0.0 2>/dev/null
cat > alpha.py <<'PY'
import io
import struct
import zlib

from PIL import Image


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(depth, colour, row, transparent):
    header = struct.pack(">IIBBBBB", 4, 1, depth, colour, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"tRNS", transparent) + chunk(b"IDAT", zlib.compress(b"\0" + row))
    return b"\x89PNG\r\n\x1a\n" + body + chunk(b"IEND", b"")


FILES = {  # four pixels each, of which the second alone has the transparent value
    "grey, 1 bit": png(1, 0, bytes([0b01000000]), struct.pack(">H", 1)),
    "grey, 2 bits": png(2, 0, bytes([0b00011011]), struct.pack(">H", 1)),
    "grey, 4 bits": png(4, 0, bytes([0x12, 0x3F]), struct.pack(">H", 2)),
    "grey, 8 bits": png(8, 0, bytes([1, 2, 3, 255]), struct.pack(">H", 2)),
    "grey, 16 bits": png(16, 0, struct.pack(">4H", 0x1200, 0x1234, 0x12FF, 7), struct.pack(">H", 0x1234)),
    "grey, 16 bits, white": png(16, 0, struct.pack(">4H", 5, 65535, 0x12FF, 7), struct.pack(">H", 65535)),
    "colours, 16 bits": png(16, 2, struct.pack(">12H", *[9] * 3, 258, 515, 772, *[7] * 6), struct.pack(">3H", 258, 515, 772)),
}
for name, data in FILES.items():
    alpha = Image.open(io.BytesIO(data)).convert("RGBA").getchannel("A")
    print(name, list(alpha.tobytes()))
PY
venv/bin/python alpha.py | tee seen
cat > expected <<'TXT'
grey, 1 bit [255, 0, 255, 255]
grey, 2 bits [255, 255, 255, 255]
grey, 4 bits [255, 255, 255, 255]
grey, 8 bits [255, 0, 255, 255]
grey, 16 bits [255, 255, 255, 255]
grey, 16 bits, white [255, 0, 0, 255]
colours, 16 bits [255, 255, 255, 255]
TXT
diff expected seen && echo "as stated"
