"""The drift drill: every field of every feed goes wrong once, and the books must not move unsaid."""
