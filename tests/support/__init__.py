"""What tests build their worlds with: garments, photos, servers, sessions."""
