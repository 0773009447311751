//! The words of Comity: jurisdictions, categories, safeguards, flows and rulings as plain data.
