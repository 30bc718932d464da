// The workload in Drools' executable model: one knowledge base for each event, one session each, kept for all orders.
// Told rules and orders by lines on standard input, asked for answers and times; see drools.py. Times are this thread's.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.drools.model.Index;
import org.drools.model.PatternDSL;
import org.drools.model.Variable;
import org.drools.model.impl.ModelImpl;
import org.drools.modelcompiler.KieBaseBuilder;
import org.kie.api.runtime.KieSession;
import org.kie.api.runtime.rule.FactHandle;

public class Drools {
    public static class Item {
        String code, size, color;
    }

    public static class Order {
        String source, country, state, folder, method;
        double total;
        int quantity;
        Set<String> tags, metadata;
        List<Item> items = new ArrayList<>();

        String text(String field) {
            switch (field) {
                case "source": return source;
                case "country": return country;
                case "state": return state;
                case "folder": return folder;
                default: return method;
            }
        }
    }

    record Pair(int event, Order order) {}

    static final List<Integer> found = new ArrayList<>();
    static final List<KieSession> sessions = new ArrayList<>();
    static final List<ModelImpl> models = new ArrayList<>();
    static final List<Pair> pairs = new ArrayList<>();

    static Predicate<Order> test(String op, String field, String key, List<String> values) {
        String first = values.isEmpty() ? "" : values.get(0);
        Set<String> all = new HashSet<>(values);
        switch (op) {
            case "is": return o -> o.text(field).equals(first);
            case "is not": return o -> !o.text(field).equals(first);
            case "one of": return o -> all.contains(o.text(field));
            case "above": { double x = Double.parseDouble(first); return o -> o.total > x; }
            case "below": { double x = Double.parseDouble(first); return o -> o.total < x; }
            case "at least": { int x = Integer.parseInt(first); return o -> o.quantity >= x; }
            case "any is": return o -> any(o, i -> i.code.equals(first));
            case "any starts": return o -> any(o, i -> i.code.startsWith(first));
            case "any one of": return o -> any(o, i -> all.contains(i.code));
            case "present": return o -> o.metadata.contains(key);
            case "any variation":
                return key.equals("Size") ? o -> any(o, i -> i.size.equals(first)) : o -> any(o, i -> i.color.equals(first));
            case "has": return o -> o.tags.contains(first);
            case "lacks": return o -> !o.tags.contains(first);
            case "contains": return o -> o.method.contains(first);
            case "pattern": { Pattern p = Pattern.compile(first); return o -> p.matcher(o.method).find(); }
            default: throw new IllegalArgumentException(op);
        }
    }

    static boolean any(Order order, Predicate<Item> met) {
        for (Item each : order.items) if (met.test(each)) return true;
        return false;
    }

    record Node(String name, String op, String field, List<String> values, Predicate<Order> met, List<Node> parts) {}

    static Node read(Iterator<String> words) {
        String op = words.next();
        int count = Integer.parseInt(words.next());
        if (op.equals("and") || op.equals("or")) {
            List<Node> parts = new ArrayList<>();
            for (int i = 0; i < count; i++) parts.add(read(words));
            boolean all = op.equals("and");
            Predicate<Order> met = o -> {
                for (Node each : parts) if (each.met.test(o) != all) return !all;
                return all;
            };
            StringBuilder name = new StringBuilder(op);
            for (Node each : parts) name.append('(').append(each.name).append(')');
            return new Node(name.toString(), op, "", List.of(), met, parts);
        }
        String field = words.next(), key = words.next();
        List<String> values = new ArrayList<>();
        for (int i = 0; i < count; i++) values.add(words.next());
        return new Node(op + field + key + values, op, field, values, test(op, field, key, values), List.of());
    }

    static PatternDSL.PatternDef<Order> with(PatternDSL.PatternDef<Order> pattern, Node node) {
        String field = node.field;
        if (node.op.equals("and")) {
            for (Node each : node.parts) pattern = with(pattern, each);
            return pattern;
        }
        if (node.op.equals("is")) {
            int number = List.of("source", "country", "state", "folder", "method").indexOf(field);
            return pattern.expr(node.name, o -> node.met.test(o), PatternDSL.alphaIndexedBy(
                String.class, Index.ConstraintType.EQUAL, number, o -> o.text(field), node.values.get(0)));
        }
        return pattern.expr(node.name, o -> node.met.test(o));
    }

    static void rule(int event, int at, Node node) {
        Variable<Order> order = PatternDSL.declarationOf(Order.class, "order");
        models.get(event).addRule(PatternDSL.rule("e" + event + " r" + at).build(
            with(PatternDSL.pattern(order), node), PatternDSL.execute(() -> found.add(at))));
    }

    static Order order(String[] words) {
        Order order = new Order();
        order.source = words[1]; order.country = words[2]; order.state = words[3]; order.folder = words[4];
        order.method = words[5];
        order.total = Double.parseDouble(words[6]);
        order.quantity = Integer.parseInt(words[7]);
        order.tags = set(words[8]);
        order.metadata = set(words[9]);
        for (int i = 10; i + 2 < words.length; i += 3) {
            Item item = new Item();
            item.code = words[i]; item.size = words[i + 1]; item.color = words[i + 2];
            order.items.add(item);
        }
        return order;
    }

    static Set<String> set(String text) {
        return text.isEmpty() ? Set.of() : new HashSet<>(Arrays.asList(text.split(";")));
    }

    static List<Integer> fired(Pair pair) {
        KieSession session = sessions.get(pair.event);
        found.clear();
        FactHandle handle = session.insert(pair.order);
        session.fireAllRules();
        session.delete(handle);
        return found;
    }

    public static void main(String[] arguments) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var threads = ManagementFactory.getThreadMXBean();
        List<Order> orders = new ArrayList<>();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split("\t", -1);
            switch (words[0]) {
                case "events":
                    for (int i = 0; i < Integer.parseInt(words[1]); i++) models.add(new ModelImpl());
                    break;
                case "rule":
                    rule(Integer.parseInt(words[1]), Integer.parseInt(words[2]),
                        read(Arrays.asList(words).subList(3, words.length).iterator()));
                    break;
                case "build":
                    for (ModelImpl each : models) sessions.add(KieBaseBuilder.createKieBaseFromModel(each).newKieSession());
                    System.out.println("ready");
                    break;
                case "order":
                    orders.add(order(words));
                    break;
                case "pair":
                    pairs.add(new Pair(Integer.parseInt(words[1]), orders.get(Integer.parseInt(words[2]))));
                    break;
                case "ask":
                    List<Integer> answer = new ArrayList<>(fired(pairs.get(Integer.parseInt(words[1]))));
                    Collections.sort(answer);
                    System.out.println(answer.toString().replaceAll("[\\[\\],]", ""));
                    break;
                case "time":
                    long before = threads.getCurrentThreadCpuTime();
                    long decisions = 0;
                    for (int i = 0; i < Integer.parseInt(words[1]); i++)
                        for (Pair each : pairs) { fired(each); decisions++; }
                    System.out.println((threads.getCurrentThreadCpuTime() - before) / (double) decisions);
                    break;
                default:
                    throw new IllegalArgumentException(words[0]);
            }
        }
    }
}
