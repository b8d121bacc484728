import pandas as pd

from core.quality import lookalikes

SIMILAR = pd.DataFrame({"true_class": [0, 0, 1, 0, 2], "predicted_class": [1, 1, 0, 0, 1]})


def test_the_same_mistake_is_the_same_label_with_the_same_tag():
    counts = lookalikes.counted(SIMILAR, 0, 1)
    assert (counts.num_garments, counts.num_same_mistake, counts.num_correct) == (5, 2, 1)
    assert counts.num_other_mistakes == 2


def test_a_garment_that_is_tagged_correctly_carries_no_mistake_to_share():
    counts = lookalikes.counted(SIMILAR, 0, 0)
    assert (counts.num_same_mistake, counts.num_correct, counts.num_other_mistakes) == (0, 1, 4)


def test_no_similar_garment_is_no_error():
    assert lookalikes.counted(SIMILAR.iloc[:0], 0, 1).num_other_mistakes == 0
