"""The guide: for who bought where Recours is not connected. No account, and nothing kept unless it is asked for."""
