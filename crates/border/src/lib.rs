//! Admission: the one function that makes a Permit, and the live snapshot it judges by.
