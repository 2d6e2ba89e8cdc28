//! The SPA's bundles and the paths of their pages, generated from the SPA's own table.

use std::collections::BTreeMap;

#[macro_use]
#[path = "../../frontend/src/route_table.rs"]
mod route_table;

/// What the web build needs to know of the SPA's table.
#[derive(Debug, Default, PartialEq)]
pub struct Table {
    /// The bundle that most users begin with, right after the sign-in.
    pub first: String,
    /// The bundles that hold a part of a page, each with that page's bundle.
    pub parts: BTreeMap<String, String>,
    /// The bundles that `boot.js` fetches before the program runs.
    pub preload: Vec<String>,
    /// The preloaded bundles by their routes' paths: `/projects/:id`.
    pub paths: BTreeMap<String, String>,
}

macro_rules! read_table {
    ($($bundle:ident $file:ident [$($ahead:ident)?] $($mark:ident)* $(($host:ident))? $(= $($part:ident)::+)? {
        $($section:ident => {
            $($route:ident $({ $argument:ident: $type:ty })? $path:literal [$($permission:ident)?] $($page:ident)::+,)*
        })*
    })*) => {
        impl Table {
            /// Returns the SPA's table.
            pub fn of_frontend() -> Self {
                let mut table = Self::default();
                $(
                    let marks: &[&str] = &[$(stringify!($mark)),*];
                    let paths: &[&str] = &[$($($path,)*)*];
                    let host: Option<&str> = [$(stringify!($host))?].first().copied();
                    table.add(stringify!($file), marks, host, paths);
                )*
                table
            }
        }
    };
}

route_table!(read_table);

impl Table {
    fn add(&mut self, bundle: &str, marks: &[&str], host: Option<&str>, paths: &[&str]) {
        if let Some(host) = host {
            self.parts.insert(bundle.to_owned(), host.to_owned());
        }
        if marks.contains(&"first") {
            bundle.clone_into(&mut self.first);
        }
        if marks.contains(&"preload") {
            self.preload.push(bundle.to_owned());
            self.paths.extend(paths.iter().map(|path| ((*path).to_owned(), bundle.to_owned())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_tells_paths_parts_and_what_comes_first() {
        let table = Table::of_frontend();
        assert_eq!(table.first, "home");
        assert_eq!(table.paths["/"], "home");
        assert_eq!(table.paths["/projects/:id"], "project");
        assert_eq!(table.parts["project_tabs"], "project");
        assert!(table.preload.contains(&"teacher_desk".to_owned()));
        assert!(!table.paths.contains_key("/teams"));
    }
}
