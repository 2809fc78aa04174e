//! The list of methods: one line each, in the order of the reference.

use crate::method::Method;

/// Every method, in the order of the reference.
pub fn methods() -> &'static [&'static Method] {
    &[]
}

/// A method by its name.
pub fn find(id: &str) -> Option<&'static Method> {
    methods().iter().copied().find(|method| method.id == id)
}
