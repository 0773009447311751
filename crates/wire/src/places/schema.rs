//! JSON Schema (draft 2020-12): its `type` is structure, everything else that is a string is text.

use crate::places::Place;

pub(super) fn child(key: &[u8]) -> Option<Place> {
    Some(match key {
        b"type" => Place::Word,
        b"properties" | b"$defs" | b"definitions" | b"patternProperties" | b"dependentSchemas" => {
            Place::Properties
        }
        b"items"
        | b"prefixItems"
        | b"anyOf"
        | b"allOf"
        | b"oneOf"
        | b"not"
        | b"if"
        | b"then"
        | b"else"
        | b"contains"
        | b"propertyNames"
        | b"additionalProperties" => Place::Schema,
        b"minimum" | b"maximum" | b"exclusiveMinimum" | b"exclusiveMaximum" | b"minLength" | b"maxLength"
        | b"minItems" | b"maxItems" | b"multipleOf" => Place::Number,
        b"title" | b"description" | b"enum" | b"const" | b"default" | b"examples" | b"required"
        | b"format" | b"pattern" | b"$ref" | b"$schema" | b"$id" | b"nullable" | b"uniqueItems"
        | b"minProperties" | b"maxProperties" => Place::Free,
        _ => return None,
    })
}
