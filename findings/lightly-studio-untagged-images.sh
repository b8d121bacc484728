#!/usr/bin/env bash
# What LightlyStudio's evaluation of classifications says of images that have a label and no prediction.
#
# Version: lightly-studio 1.2.0 (PyPI), Pillow 13.0.0, Python 3.11 on Linux, x86-64. Seen on 2026-11-30.
# Expected: of 20 labelled images of which 10 have a prediction, all of them right, the evaluation counts 10 as not found (a recall
# of 0.5; its table of mix-ups has a column "(no prediction)" for them), or refuses, as the text of the function says: it raises
# where a selected sample has no annotation.
# Seen: the 10 are left out without a word. Accuracy, precision and recall are 1.0, the support of each class is halved, and the
# column "(no prediction)" is empty. Only sample_count says that 10 were counted.
# What follows: a tagger that leaves hard garments untagged looks perfect there. Its figures and ours agree only for files in which
# every labelled picture has a tag; here rows without a tag are left out too, but named with their lines before anything is counted.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet --disable-pip-version-check lightly-studio==1.2.0 pillow==13.0.0 2>/dev/null
cat > evaluate.py <<'PY'
import pathlib

import lightly_studio
from lightly_studio.core.annotation.annotation_create import CreateClassification
from PIL import Image

pathlib.Path("images").mkdir()
for number in range(20):
    Image.new("L", (28, 28), 10 * number).save(f"images/{number:02d}.png")
dataset = lightly_studio.ImageDataset.create("tags")
dataset.add_images_from_path("images", embed=False)
for number, sample in enumerate(sorted(dataset, key=lambda sample: sample.file_name)):
    name = "Bag" if number < 10 else "Coat"
    sample.add_annotation(CreateClassification(class_name=name), annotation_source="label")
    if number % 2 == 0:
        sample.add_annotation(CreateClassification(class_name=name, confidence=0.9), annotation_source="tag")
evaluation = dataset.evaluate()
found = evaluation.classification(name="all", gt_annotation_source="label", pred_annotation_source="tag")
metrics = evaluation.metrics(found.evaluation_run_id)
table = evaluation.confusion_matrix(found.evaluation_run_id)
column = table.col_labels.index("(no prediction)")
print("images:", len(list(dataset)), "counted:", found.sample_count)
print("accuracy:", metrics.accuracy, "recall:", [each.recall for each in metrics.per_class])
print("support:", [each.support for each in metrics.per_class])
print("without a prediction:", sum(row[column] for row in table.counts))
PY
LIGHTLY_STUDIO_ANALYTICS_ENABLED=false venv/bin/python evaluate.py 2>/dev/null | grep -E '^(images|accuracy|support|without)' | tee seen
{
    echo "images: 20 counted: 10"
    echo "accuracy: 1.0 recall: [1.0, 1.0]"
    echo "support: [5, 5]"
    echo "without a prediction: 0"
} > expected
diff expected seen && echo "as stated"
