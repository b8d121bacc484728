"""Trains, judges and keeps the classifier that tags garments. Knows no Streamlit and no Plotly.

The flow, one way::

    Recipe                  what to train: everything that changes the result     core.model.recipes
      | catalogue.load
    Catalogue               train, validation, test: pictures and labels          core.catalogue
      | training.train
    TrainedModel            network, history, temperature                         core.model
      | inference.predict
    Predictions             one row a garment, probabilities, features            core.model
      | publishing.publish
    Run                     what pages see; holds no network                      core.store
      | scores, confusion, pairs, mistakes
    tables                  pure functions of predictions                         core.quality

`core.jobs` runs that flow in a process of its own, `python -m core` runs it from the command line, and `core.doctor`
checks that everything kept is as it must be.
"""
