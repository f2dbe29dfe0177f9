"""Filing: dossiers and their sealed records, who holds which duty, documents from submission to live."""
