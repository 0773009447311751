//! The embedded inference engine. Owns candle.
