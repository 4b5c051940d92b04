"""What programs print, made harmless where it is shown: colours, masks, and nothing else of it does anything."""
