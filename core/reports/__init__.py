"""The report as one page that a commissioner reads in a minute: figures, words in Indonesian, drawings, HTML."""
