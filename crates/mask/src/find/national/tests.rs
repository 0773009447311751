mod against;
mod examples;
