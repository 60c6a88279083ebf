"""What-if questions at a kernel: asked of released figures, worked out, drawn."""
