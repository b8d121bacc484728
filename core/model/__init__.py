"""Recipe and pictures in, trained classifier and predictions out. Importing this package does not import torch.

::

    recipes.find("quick") -> Recipe                      torch-free: what to train
    training.train(recipe, train, validation, seed=0)    -> TrainedModel
    inference.predict(trained, test)                     -> Predictions
    evaluation.official_figures(predictions, test.labels, num_classes)
    weights.save(...), weights.load(...)                 safetensors

The test split is never seen by `training`; `inference` and `evaluation` look at it once, afterwards.
"""
