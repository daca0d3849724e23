"""The interactive page: the model of a study, printed to JavaScript, with controls and figures."""
