"""What comes by the document axis: it is kept, judged, and becomes an opinion, a stage, or a matter for a person."""
