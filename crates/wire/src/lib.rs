//! OpenAI wire format: requests, responses, errors and streams. Pure.
