"""Series to picture: the plot, its words, and the way from SVG to PNG."""
