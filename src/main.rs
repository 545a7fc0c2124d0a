//! The `synth` command.

fn main() -> std::process::ExitCode {
    synth::cli::run()
}
