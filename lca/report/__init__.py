"""The report: one page of HTML that a reader can print, and the texts that it is made of."""
