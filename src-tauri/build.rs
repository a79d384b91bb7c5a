//! Tauri's build step. tauri.conf.json, icons/ and ui/ stand at the repository's root, everything else of Tauri's below
//! src-tauri/.

use std::error::Error;
use std::path::Path;

use tauri_build::{AppManifest, Attributes};

/// What the window shows.
const PAGES: &str = "ui/dist";

fn main() -> Result<(), Box<dyn Error>> {
    for path in ["src-tauri/capabilities", "src-tauri/permissions"] {
        println!("cargo::rerun-if-changed={path}");
    }
    if !Path::new(PAGES).join("index.html").is_file() {
        println!(
            "cargo::error={PAGES} is missing: build the window's pages first, with `cargo xtask ui`, \
             or with `npm ci && npm run build` in ui/"
        );
        return Ok(());
    }
    tauri_build::try_build(
        Attributes::new()
            .capabilities_path_pattern("./src-tauri/capabilities/**/*")
            .app_manifest(
                AppManifest::new().permissions_path_pattern("./src-tauri/permissions/**/*"),
            ),
    )?;
    // It writes schemas for editors to the root; the build itself reads copies.
    if Path::new("gen").is_dir() {
        let _nothing_to_replace = std::fs::remove_dir_all("src-tauri/gen");
        std::fs::rename("gen", "src-tauri/gen")?;
    }
    Ok(())
}
