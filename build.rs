fn main() {
    #[cfg(feature = "binding")]
    {
        napi_build::setup();
        // An addon is unmapped when the last environment that loaded it ends, which worker_threads make happen in the middle
        // of a process's life, while threads still run its code or hold its thread-locals. glibc can be told not to.
        let os = std::env::var("CARGO_CFG_TARGET_OS");
        let env = std::env::var("CARGO_CFG_TARGET_ENV");
        if os.as_deref() == Ok("linux") && env.as_deref() == Ok("gnu") {
            println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
        }
    }
}
