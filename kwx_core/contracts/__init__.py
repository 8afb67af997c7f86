"""What a frame promises at a boundary: one module a stage, one class a table."""
