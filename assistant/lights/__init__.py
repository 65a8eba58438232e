"""What a ring of lights shows: from messages to a scene, from a scene to colours. Pure."""
