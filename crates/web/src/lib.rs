//! The platform's pages and programming interface: routes, permissions, words on a page. The only HTTP.
