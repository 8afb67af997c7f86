"""The drift drill: every field of every feed goes wrong once, and no book may move unsaid."""
