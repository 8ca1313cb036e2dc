import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.Reader;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.sonarsource.scanner.api.EmbeddedScanner;
import org.sonarsource.scanner.api.LogOutput;

/**
 * The vendor's scanner, kept for the next analysis: most of what an analysis of a small project costs is loading it.
 * Reads the path of a properties file per line and answers each with a line, `done` or `failed` and why.
 */
public final class ScanLoop {
  private final StringBuilder errors = new StringBuilder();

  public static void main(String[] args) throws IOException {
    PrintStream answers = System.out;
    System.setOut(System.err);
    // What one analysis closes is still open for the next.
    URLConnection.setDefaultUseCaches("jar", false);
    ScanLoop loop = new ScanLoop();
    BufferedReader paths = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String path = paths.readLine(); path != null; path = paths.readLine()) {
      answers.println(loop.analyse(path));
    }
    System.exit(0);
  }

  private String analyse(String path) {
    errors.setLength(0);
    try {
      Map<String, String> properties = read(path);
      // What one has loaded it takes with it: each analysis needs another. The programs stay compiled.
      EmbeddedScanner scanner = EmbeddedScanner.create("ScannerCLI", "5.0.1.3006", this::log);
      scanner.addGlobalProperties(properties);
      scanner.start();
      scanner.execute(new HashMap<>());
      return "done";
    } catch (Exception | Error failure) {
      return "failed " + (failure + " " + errors).replaceAll("\\s+", " ");
    }
  }

  private void log(String message, LogOutput.Level level) {
    if (level == LogOutput.Level.ERROR) errors.append(message).append(' ');
  }

  private static Map<String, String> read(String path) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(Path.of(path), StandardCharsets.UTF_8)) {
      properties.load(reader);
    }
    Map<String, String> map = new HashMap<>();
    for (String name : properties.stringPropertyNames()) map.put(name, properties.getProperty(name));
    return map;
  }
}
