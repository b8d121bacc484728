"""Photos in, tags out: from untrusted bytes to the picture the model knows, to a tag and the pile it belongs to.

    bytes                   a file of a folder or a ZIP                           core.photos.sources
      | sandbox.decode        in a process with limits: decoding, photos, check
    Decoded                 the picture for the model, and what was measured      core.photos.decoder_process
      | tagger.tag
    Tagged                  tag, calibrated confidence, pile, findings            core.tagging.tagger
      | tag_csv.append
    CSV                     row by row, so that a killed batch goes on            core.tagging.tag_csv

Torch is loaded by `core.tagging.tagger` alone, so never by the web process.
"""
